"""Forms: form-js `.form` files loaded, answers judged as the viewer judges them, and their rendering without it."""

from app.forms.describe import Choice, Node
from app.forms.files import Stored
from app.forms.form import Cleaned, Form
from app.forms.parse import changes_rows
from app.forms.wording import WORDS

__all__ = ["WORDS", "Choice", "Cleaned", "Form", "Node", "Stored", "changes_rows"]
