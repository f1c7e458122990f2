import './app/no-eval.ts';
import { createRoot } from 'react-dom/client';
import { present } from '#shared/base/assert.ts';
import { App } from './app/app.tsx';
import { recallAppearance } from './app/appearance.ts';
import { connect } from './app/connect.ts';
import './ui/tokens.css';

recallAppearance();
createRoot(present(document.getElementById('root'), '#root')).render(<App connection={connect()} />);
