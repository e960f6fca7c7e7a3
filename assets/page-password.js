// The script of the page that asks for the password: shows what is typed.
'use strict';
(() => {
  const field = document.getElementById('password');
  const button = document.getElementById('show');
  const show = (isShown) => {
    field.type = isShown ? 'text' : 'password';
    button.setAttribute('aria-pressed', isShown);
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    show(field.type === 'password');
    field.focus();
  });
  // Browsers remember what is in other fields as ordinary text.
  field.form.addEventListener('submit', () => show(false));
})();
