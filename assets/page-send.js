// Sends files to this computer: one question to its owner for each choice of files.
'use strict';
function sendFiles({ find, say, make, tell, unlock, scaled, bytesOf }) {
  const card = find('send');
  const owner = card.dataset.name;
  const queue = [];
  let current = null;
  card.className = 'send';
  const form = card.querySelector('form');
  form.querySelector('button').hidden = true;
  const input = find('files');
  take(input);
  if ('webkitdirectory' in input) {
    const folder = make('input', { type: 'file', id: 'folder', webkitdirectory: true, multiple: true });
    const label = make('label', { textContent: card.dataset.folder, htmlFor: 'folder' });
    form.append(label, folder);
    take(folder);
  }

  function take(input) {
    input.addEventListener('change', () => {
      start([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      input.value = '';
    });
  }

  const hint = make('p', { className: 'empty', textContent: card.dataset.drop, hidden: true });
  card.append(hint);
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  const over = (isOver) => { card.classList.toggle('over', isOver); hint.hidden = !isOver; };
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    over(true);
  });
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) over(false); });
  addEventListener('drop', async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over(false);
    // Asked for at once: the items are gone after the first wait.
    const entries = [...event.dataTransfer.items].filter((item) => item.kind === 'file')
      .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
    const found = [];
    for (const entry of entries) await collect(entry, '', found);
    start(found);
  });

  async function collect(entry, path, found) {
    if (!entry) return;
    if (entry instanceof File) found.push({ file: entry, path: entry.name });
    else if (entry.isFile) {
      const file = await new Promise((done) => entry.file(done, () => done(null)));
      if (file) found.push({ file, path: path + entry.name });
    } else {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done) => reader.readEntries(done, () => done([])));
        if (!some.length) return;
        for (const inner of some) await collect(inner, `${path}${entry.name}/`, found);
      }
    }
  }

  addEventListener('beforeunload', (event) => { if (current) event.preventDefault(); });

  function token() {
    const random = crypto.getRandomValues(new Uint8Array(16));
    return [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  // Of two files with one name, dropped from two folders, each is a file of its own.
  function apart(files) {
    const paths = new Set();
    return files.map(({ file, path }) => {
      const [, stem, extension] = /^(.*?[^/])(\.[^./]*)?$/s.exec(path);
      let free = path;
      for (let number = 2; paths.has(free); number++) free = `${stem} (${number})${extension ?? ''}`;
      paths.add(free);
      return { file, path: free };
    });
  }

  function start(chosen) {
    if (!chosen.length) return;
    const files = apart(chosen);
    const batch = {
      id: token(), received: 0, failed: [], requests: new Set(), samples: [], state: 'waiting',
      all: files.length, files: files.map(({ file, path }) => ({ file, path, sent: 0 })),
    };
    const name = files[0].path.split('/').pop();
    batch.title = files.length > 1 ? say('andMore', { name, more: files.length - 1 }) : name;
    batch.line = make('small', {});
    batch.bar = make('progress', { max: 1, value: 0, ariaLabel: batch.title });
    const stop = make('button', { type: 'button', className: 'icon', ariaLabel: say('cancel') });
    stop.addEventListener('click', () => { end(batch); batch.row.remove(); });
    batch.row = make('div', { className: 'batch' },
      make('div', {}, make('b', {}, make('bdi', { textContent: batch.title })), batch.line), stop, batch.bar);
    card.append(batch.row);
    enqueue(batch);
  }

  function enqueue(batch) {
    batch.isOver = false;
    batch.total = batch.files.reduce((sum, { file }) => sum + file.size, 0);
    queue.push(batch);
    show(batch);
    if (!current) work();
  }

  async function work() {
    const ticks = setInterval(() => current && show(current), 500);
    while ((current = queue.shift())) if (!current.isOver) await run(current);
    clearInterval(ticks);
  }

  // Two files at a time, once the owner has accepted.
  async function run(batch) {
    const rest = [...batch.files].filter((entry) => !entry.isDone);
    const next = async () => {
      while (rest.length && !batch.isOver) await store(batch, rest.shift());
    };
    let accept;
    const accepted = new Promise((done) => { accept = done; });
    batch.accept = () => { if (batch.state === 'waiting') batch.state = 'sending'; accept(); };
    if (batch.state !== 'waiting') accept();
    tell(say('waiting', { name: owner }));
    const second = accepted.then(next);
    await next();
    accept();
    await second;
    if (batch.row.isConnected) finish(batch);
  }

  function end(batch) {
    batch.isOver = true;
    batch.requests.forEach((request) => request.abort());
    batch.wake?.();
  }

  // Stores one file, however often the connection breaks.
  async function store(batch, entry) {
    const asking = setInterval(() => {
      if (batch.state === 'waiting') stored(batch, entry).then((at) => at >= 0 && batch.accept());
    }, 1000);
    try {
      let [from, best, failures] = [0, 0, 0];
      while (!batch.isOver) {
        const answer = await put(batch, entry, from);
        if (batch.isOver) return;
        if (answer.status === 200 || answer.status === 201) {
          batch.accept();
          [entry.sent, entry.isDone] = [entry.file.size, true];
          batch.received++;
          return;
        }
        const isCut = [0, 408, 502, 504].includes(answer.status);
        if (answer.status === 409 && answer.offset !== null && failures++ < 5) {
          from = answer.offset;
        } else if ((isCut || answer.status === 503) && failures < 8) {
          const before = batch.state;
          batch.state = isCut ? 'resuming' : 'busy';
          let at;
          // Nothing is counted while there is no network.
          for (let wait = 2 ** failures; !batch.isOver; wait *= 2) {
            await pause(batch, Math.max(answer.after ?? 0, Math.min(wait, 15)));
            if ((at = await stored(batch, entry)) > -2) break;
          }
          failures = at > best ? 0 : failures + 1;
          best = from = Math.max(at, 0) < entry.file.size ? Math.max(at, 0) : 0;
          // A server that has started again asks its owner again.
          batch.state = at < 0 ? 'waiting' : before;
          batch.samples = [];
        } else {
          fail(batch, entry, answer);
          return;
        }
      }
    } finally {
      clearInterval(asking);
    }
  }

  function pause(batch, seconds) {
    return new Promise((done) => {
      const timer = setTimeout(over, 1000 * seconds);
      function over() {
        clearTimeout(timer);
        removeEventListener('online', over);
        done();
      }
      addEventListener('online', over);
      batch.wake = over;
    });
  }

  function ask(batch, method, entry, fields, body, progress) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open(method, `/${entry.path.split('/').map(encodeURIComponent).join('/')}`);
      const name = encodeURIComponent(device());
      request.setRequestHeader('Landline-Batch',
        `id=${batch.id}, files=${batch.files.length}, bytes=${batch.total}, name=${name}`);
      // Not answered with the browser's own window for passwords.
      request.setRequestHeader('Accept', 'text/html');
      for (const key in fields) request.setRequestHeader(key, fields[key]);
      request.upload.onprogress = progress ?? null;
      request.onloadend = () => {
        batch.requests.delete(request);
        const offset = request.getResponseHeader('Upload-Offset');
        done({
          status: request.status, offset: offset === null ? null : +offset,
          after: +request.getResponseHeader('Retry-After') || null,
          text: (request.getResponseHeader('Content-Type') ?? '').startsWith('text/plain')
            ? request.responseText.slice(0, 300).trim() : '',
        });
      };
      batch.requests.add(request);
      request.send(body ?? null);
    });
  }

  function put(batch, entry, from) {
    const { file } = entry;
    const fields = { 'X-OC-Mtime': String(Math.floor(file.lastModified / 1000)) };
    if (from) fields['Content-Range'] = `bytes ${from}-${file.size - 1}/${file.size}`;
    entry.sent = from;
    return ask(batch, 'PUT', entry, fields, from ? file.slice(from) : file, (event) => {
      entry.sent = from + event.loaded;
    });
  }

  // How much of an unfinished file has arrived; -1 if it is unknown, -2 if there is no answer.
  async function stored(batch, entry) {
    const { status, offset } = await ask(batch, 'HEAD', entry, {});
    return status ? offset ?? -1 : -2;
  }

  function fail(batch, entry, answer) {
    batch.failed.push(entry);
    entry.sent = 0;
    batch.isLocked = answer.status === 401 || answer.status === 429;
    const text = answer.text || (batch.isLocked ? say('passwordNeeded') : '') || say('notSent', { name: entry.path });
    batch.problem ??= text;
    // Only a name concerns one file alone.
    if (answer.status !== 400 && answer.status !== 422) end(batch);
    // The owner said no: another attempt is another question.
    if (answer.status === 403) batch.id = token();
    if (answer.status === 403) batch.state = 'waiting';
  }

  function finish(batch) {
    batch.isOver = true;
    const { received, all } = batch;
    let text = say(all === 1 ? 'receivedOne' : 'received', { count: all });
    batch.row.classList.toggle('done', received === all);
    batch.row.classList.toggle('failed', received < all);
    batch.bar.hidden = true;
    if (received < all) {
      text = (received ? `${say('receivedSome', { count: received, total: all })} · ` : '') + (batch.problem ?? '');
      const again = make('button', { type: 'button', textContent: card.dataset.again });
      again.addEventListener('click', () => {
        again.remove();
        batch.row.querySelector('.locked')?.remove();
        batch.row.classList.remove('failed');
        batch.bar.hidden = false;
        [batch.failed, batch.problem, batch.samples] = [[], null, []];
        enqueue(batch);
      });
      if (batch.isLocked) batch.row.append(unlock());
      batch.row.append(again);
    }
    batch.line.textContent = text;
    tell(`${batch.title}: ${text}`);
  }

  function show(batch) {
    if (batch.isOver) return;
    const sent = batch.files.reduce((sum, entry) => sum + entry.sent, 0);
    const now = performance.now();
    batch.samples = batch.samples.filter(([at]) => at > now - 5000).concat([[now, sent]]);
    const [at, before] = batch.samples[0];
    const rate = now > at ? Math.max(0, (sent - before) / (now - at) * 1000) : 0;
    if (batch.state === 'waiting' && batch === current) {
      batch.line.textContent = say('waiting', { name: owner });
    } else if (batch.state === 'resuming' || batch.state === 'busy') {
      batch.line.textContent = say(batch.state, { name: owner });
    } else {
      const parts = [bytesOf(sent, batch.total)];
      if (rate >= 1) {
        const left = Math.round((batch.total - sent) / rate);
        const [value, unit] = scaled(rate);
        parts.push(`${value} ${unit}/s`, say('left', { time: clock(left) }));
      }
      batch.line.textContent = parts.join(' · ');
    }
    batch.bar.value = batch.total ? sent / batch.total : 0;
  }

  function clock(seconds) {
    const two = (number) => String(number % 60).padStart(2, '0');
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes}:${two(seconds)}`;
    return `${Math.floor(minutes / 60)}:${two(minutes)}:${two(seconds)}`;
  }

  // What the owner is told about this device.
  function device() {
    const agent = navigator.userAgent;
    const first = (names) => names.find(([mark]) => agent.includes(mark))?.[1];
    if (agent.includes('iPhone')) return 'iPhone';
    if (agent.includes('iPad') || (agent.includes('Macintosh') && navigator.maxTouchPoints > 1)) return 'iPad';
    if (agent.includes('Android')) return say(agent.includes('Mobile') ? 'androidPhone' : 'androidTablet');
    const browser = first([['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'],
      ['Safari/', 'Safari']]);
    const system = first([['Windows', 'Windows'], ['Macintosh', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']]);
    return browser && system ? say('browser', { browser, system }) : browser ?? '';
  }
}
