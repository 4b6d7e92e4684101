"""The BPMN floor: diagrams are read, refused or executed here, and nowhere else."""
