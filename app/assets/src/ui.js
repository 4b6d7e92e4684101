// Every page: look, partial updates, keyboard.
import '@tabler/core/dist/css/tabler.css';
import './ui/tokens.css';
import './ui/layout.css';
import './ui/table.css';
import './ui/pieces.css';
import './ui/documents.css';
import './ui/partial.js';
import { guardForms } from './ui/forms.js';
import { listenToKeys } from './ui/keys.js';

guardForms();
listenToKeys();
