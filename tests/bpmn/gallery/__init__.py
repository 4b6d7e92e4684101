"""One small diagram for each element and variant of docs/bpmn.md, with what happens when it runs.

A module here has a tuple EXHIBITS; name it in tests/bpmn/test_gallery.py. The rows of the page are in
app/bpmn/elements.py; what is refused is drawn in refused.py and needs no story.
"""
