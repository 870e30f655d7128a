//! What cannot be taken back is asked for twice.

import { t } from '../i18n.js';
import { h } from '../vendor/preact.js';
import { Dialog } from './dialog.js';

export function ConfirmDialog({ about, go, act }) {
  const confirmed = () => {
    act.closeDialog();
    go();
  };
  return h(Dialog, { title: t(`confirm.${about}.title`), onClose: act.closeDialog, testid: 'confirm' },
    h('p', null, t(`confirm.${about}.text`)),
    h('div', { class: 'row end wrap' },
      h('button', { type: 'button', autofocus: true, onClick: act.closeDialog }, t('common.cancel')),
      h('button', { type: 'button', class: 'danger', 'data-testid': 'confirm-go', onClick: confirmed }, t(`confirm.${about}.go`))));
}
