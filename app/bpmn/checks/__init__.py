"""What can be wrong with a diagram, one subject to a module; `app.bpmn.check` runs them all."""
