// Keeping order: what was reported, who is kept out, and for the owner, all that was done.

import { mayServe } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { Keeping } from '../../store/keeping.js';
import { html, useMemo } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Audit } from './audit.js';
import { Bans } from './bans.js';
import { Fold } from './fold.js';
import { Reports } from './reports.js';

/** The sheet. @param {{app: import('../../app.js').App, close: () => void}} props */
export function Order({ app, close }) {
  const keeping = useMemo(() => new Keeping(app.http), []);
  const role = app.session.me.value?.role;
  return html`<${Dialog} title=${say('hall.order')} close=${close}>
    <${Reports} app=${app} keeping=${keeping} close=${close} />
    <${Fold} title=${say('order.whoIs')}><${Bans} keeping=${keeping} /><//>
    ${mayServe(role, 'readAudit') && html`<${Fold} title=${say('order.whatWas')}><${Audit} keeping=${keeping} /><//>`}
  <//>`;
}
