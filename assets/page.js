// The page's script: without it, everything works by links and forms. Names reach the document as text only.
(() => {
  const find = (id) => document.getElementById(id);
  const texts = find('texts').dataset;
  const fill = (text, values) => text.replace(/%(\w+)/g, (all, key) => values[key] ?? all);
  const say = (key, values = {}) => fill(texts[key], values);
  const make = (tag, values, ...children) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...children);
    return element;
  };
  // For people who do not see the page.
  const tell = (text) => { find('news').textContent = text; };

  // The password was set or changed while the page was open. What is chosen here stays: the page that asks for the
  // password opens beside it.
  const unlock = () => make('p', { className: 'locked' }, `${say('passwordNeeded')} `,
    make('a', { href: location.pathname, target: '_blank', textContent: say('enterPassword') }));
  // Not answered with the browser's own window for passwords.
  const asPage = { headers: { Accept: 'text/html' } };

  const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  const scaled = (count) => {
    let unit = 0;
    for (; count >= (unit ? 999.95 : 1000); unit++) count /= 1000;
    const text = unit ? count.toFixed(1) : String(Math.floor(count));
    return [unit && (count >= 10 || text.endsWith('.0')) ? text.split('.')[0] : text, UNITS[unit]];
  };
  const bytes = (count) => scaled(count).join(' ');
  const bytesOf = (done, total) => {
    const [a, b] = [scaled(done), scaled(total)];
    return a[1] === b[1] || !done ? `${a[0]} / ${b.join(' ')}` : `${a.join(' ')} / ${b.join(' ')}`;
  };

  const list = find('list');
  if (list) {
    arrange();
    choose();
    view();
    // Only now, because the server has to walk through the whole folder.
    if (find('all') && list.childElementCount < 5000) {
      fetch('./?zip', { method: 'HEAD', ...asPage }).then((answer) => {
        if (answer.status === 401) location.reload();
        const length = answer.headers.get('Content-Length');
        if (answer.ok && length) find('all').textContent = say('all', { size: bytes(+length) });
      }, () => {});
    }
  }
  if (find('send')) sendFiles({ find, say, make, tell, unlock, scaled, bytesOf });

  // The file that a row leads to.
  function link(row) { return row.querySelector('a'); }
  function nameOf(row) {
    const path = link(row).pathname.replace(/\/$/, '');
    return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  }
  // The same without the characters that reorder text.
  function shownName(row) { return row.querySelector('bdi').textContent; }

  // Searches and sorts without a request.
  function arrange() {
    // Read when it is needed: there may be a hundred thousand rows.
    let read = null;
    const known = () => read ??= Array.from(list.children, (row) => {
      const name = nameOf(row);
      return {
        row, name, lower: name.toLowerCase(), isFolder: row.className === 'folder',
        size: +(row.dataset.s ?? 0), date: +(row.dataset.t ?? 0),
      };
    });
    const links = [...find('orders').querySelectorAll('[data-sort]')];
    const names = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const orders = {
      name: (a, b) => names.compare(a.name, b.name),
      size: (a, b) => a.size - b.size,
      date: (a, b) => a.date - b.date,
    };
    find('orders').addEventListener('click', (event) => {
      const chosen = event.target.closest('[data-sort]');
      if (!chosen || isSpecial(event)) return;
      event.preventDefault();
      const key = chosen.dataset.sort;
      const isDown = chosen.className ? chosen.className === 'up' : key !== 'name';
      const order = isDown ? (a, b) => orders[key](b, a) : orders[key];
      known().sort((a, b) => b.isFolder - a.isFolder || order(a, b));
      // Out of the page, moving a row costs nothing.
      const place = list.parentNode;
      list.remove();
      for (const entry of known()) list.append(entry.row);
      place.append(list);
      for (const other of links) {
        other.className = '';
        other.removeAttribute('aria-current');
      }
      chosen.className = isDown ? 'down' : 'up';
      chosen.setAttribute('aria-current', 'true');
    });

    const field = find('search').querySelector('[type=search]');
    const none = make('p', { className: 'empty', textContent: say('nothing'), hidden: true });
    list.parentNode.after(none);
    const search = () => {
      const wanted = field.value.trim().toLowerCase();
      let count = 0;
      for (const entry of known()) {
        const isShown = entry.lower.includes(wanted);
        if (entry.row.hidden === isShown) entry.row.hidden = !isShown;
        count += isShown;
      }
      none.hidden = count > 0;
      list.hidden = !count;
      if (!count) tell(say('nothing'));
    };
    // A page that the server has filtered already lacks the other rows.
    if (!new URLSearchParams(location.search).get('q')) {
      field.addEventListener('input', search);
      find('search').addEventListener('submit', (event) => event.preventDefault());
      // A browser restores what was typed.
      if (field.value) search();
    }
  }

  // Whether a click asks for a new tab or the like.
  function isSpecial(event) {
    return event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  }

  // Check boxes, for a ZIP of some entries.
  function choose() {
    const switcher = find('select');
    const button = find('chosen');
    const boxOf = (row) => row.querySelector('input') ?? row.insertBefore(
      make('input', { type: 'checkbox', name: 'n', value: nameOf(row), ariaLabel: shownName(row) }), row.firstChild,
    );
    const count = () => {
      const checked = list.querySelectorAll('input:checked').length;
      button.textContent = checked ? say('chosenCount', { count: checked }) : say('chosen');
      button.disabled = !checked;
    };
    const select = (isOn) => {
      list.classList.toggle('selecting', isOn);
      // A copy: in the live list, each new box would start the count again.
      for (const row of [...list.children]) {
        const box = isOn ? boxOf(row) : row.querySelector('input');
        if (box && !isOn) box.checked = false;
      }
      button.hidden = !isOn;
      if (find('all')) find('all').hidden = isOn;
      switcher.textContent = say(isOn ? 'cancel' : 'select');
      count();
    };
    // Without "all" this is the page for selecting, which its links leave.
    if (find('all')) {
      switcher.addEventListener('click', (event) => {
        if (isSpecial(event)) return;
        event.preventDefault();
        select(!list.classList.contains('selecting'));
      });
      addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && list.classList.contains('selecting')) select(false);
      });
    } else {
      count();
    }
    list.addEventListener('click', (event) => {
      const row = event.target.closest('li');
      if (!row || !list.classList.contains('selecting') || event.target.closest('input') || isSpecial(event)) return;
      event.preventDefault();
      const box = boxOf(row);
      box.checked = !box.checked;
      count();
    });
    list.addEventListener('change', count);
    // Looked at first, because the answer to the form would take the place of what is selected.
    find('pick').addEventListener('submit', (event) => {
      if (!list.classList.contains('selecting')) return;
      event.preventDefault();
      find('bar').querySelector('.locked')?.remove();
      fetch('./', { method: 'OPTIONS', ...asPage }).then(({ status }) => status === 401, () => false).then((isLocked) => {
        if (!isLocked) return find('pick').submit();
        find('bar').prepend(unlock());
        tell(say('passwordNeeded'));
      });
    });
  }

  // Pictures and videos on the whole screen. The address has a fragment meanwhile, so that "back" closes it.
  function view() {
    const MARK = '#view=';
    const shown = (row) => /^(picture|video)$/.test(row.className) && !row.hidden;
    const near = (row, step) => {
      do row = row && (step > 0 ? row.nextElementSibling : row.previousElementSibling); while (row && !shown(row));
      return row;
    };
    const button = (key, className, act) => {
      const made = make('button', { type: 'button', className, ariaLabel: say(key), title: say(key) });
      made.addEventListener('click', act);
      return made;
    };
    const place = make('div', {});
    const name = make('bdi', {});
    const save = make('a', { download: '', ariaLabel: say('download') });
    const previous = button('previous', 'previous', () => go(-1));
    const next = button('next', '', () => go(1));
    const box = make('dialog', {},
      make('div', {}, name, save, button('close', '', () => close())), place, previous, next);
    place.className = 'stage';
    document.body.append(box);
    let current = null;

    const open = (row) => {
      current = row;
      const to = link(row);
      const media = make(row.className === 'video' ? 'video' : 'img', { src: to.href });
      if (row.className === 'video') Object.assign(media, { controls: true, autoplay: true, playsInline: true });
      else media.alt = shownName(row);
      media.addEventListener('error', () => media.replaceWith(make('p', { textContent: say('cannotShow') })));
      place.replaceChildren(media);
      name.textContent = shownName(row);
      box.ariaLabel = shownName(row);
      save.href = to.href;
      previous.hidden = !near(row, -1);
      next.hidden = !near(row, 1);
      if (!box.open) box.showModal();
      const following = near(row, 1);
      if (following?.className === 'picture') new Image().src = link(following).href;
    };
    const hash = (row) => MARK + encodeURIComponent(nameOf(row));
    const go = (step) => {
      const row = near(current, step);
      if (!row) return;
      history.replaceState(history.state, '', hash(row));
      open(row);
    };
    const leave = () => {
      if (!box.open) return;
      place.replaceChildren();
      box.close();
      link(current).focus();
    };
    const close = () => {
      if (history.state?.view) return history.back();
      history.replaceState(null, '', location.pathname + location.search);
      leave();
    };
    const follow = () => {
      const wanted = location.hash.startsWith(MARK) && decodeURIComponent(location.hash.slice(MARK.length));
      const row = wanted && [...list.children].find((row) => shown(row) && nameOf(row) === wanted);
      if (row) open(row); else leave();
    };
    list.addEventListener('click', (event) => {
      const row = event.target.closest('li');
      if (!row || !shown(row) || event.target.closest('a') !== link(row) || isSpecial(event)) return;
      if (list.classList.contains('selecting')) return;
      event.preventDefault();
      history.pushState({ view: true }, '', hash(row));
      open(row);
    });
    addEventListener('popstate', follow);
    follow();
    box.addEventListener('cancel', (event) => { event.preventDefault(); close(); });
    box.addEventListener('keydown', (event) => {
      // A video that has the focus is wound by these keys.
      if (event.target.tagName === 'VIDEO') return;
      if (event.key === 'ArrowLeft') go(-1);
      if (event.key === 'ArrowRight') go(1);
    });
    let from = null;
    box.addEventListener('touchstart', (event) => {
      const isOne = event.touches.length === 1 && (visualViewport?.scale ?? 1) === 1;
      from = isOne ? event.touches[0] : null;
    }, { passive: true });
    box.addEventListener('touchend', (event) => {
      if (!from) return;
      const [x, y] = [event.changedTouches[0].clientX - from.clientX, event.changedTouches[0].clientY - from.clientY];
      if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) go(x < 0 ? 1 : -1);
      else if (y > 90 && y > 2 * Math.abs(x)) close();
    });
  }
})();
