"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const HEAD = 26, ROW = 16, FAR = 0.45, READABLE = 0.5, LEAST = 0.02, MOST = 4, MOST_HITS = 30;
  const data = JSON.parse(document.getElementById("data").textContent);
  const { tables, links } = data;
  const byId = (id) => document.getElementById(id);
  const canvas = byId("canvas"), panel = byId("panel"), hits = byId("hits"), search = byId("search");
  const view = { x: 0, y: 0, scale: 1 };
  const near = tables.map(() => new Set());
  const linksOf = tables.map(() => []);
  let focus = -1;

  // Elements are only ever made here, and text only ever set as text.
  function make(name, attributes, parent, text) {
    const element = name.startsWith("svg:") ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  }

  const schemas = [...new Set(tables.map((table) => table.schema))];
  const hue = (schema) => (schemas.indexOf(schema) * 137.5 + 210) % 360;
  const tint = (schema) => `hsl(${hue(schema)} 55% 55% / .22)`;
  const title = (table) => (schemas.length > 1 ? `${table.schema}.${table.name}` : table.name);
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

  function clipped(text, width, letter) {
    const most = Math.max(3, Math.floor(width / letter));
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  }

  function drawTable(table, number, layer) {
    const [x, y, width, height] = table.box;
    const dashed = table.mark === "archive" || table.mark === "temporary" || table.kind !== "table" ? " dashed" : "";
    const group = make("svg:g", {
      class: `table${dashed}`, transform: `translate(${x} ${y})`, tabindex: "0", role: "button",
      "aria-label": `${table.schema}.${table.name}, ${plural(table.columns.length, "column")}`, "data-table": number,
    }, layer);
    make("svg:title", {}, group, [`${table.schema}.${table.name}`, table.comment].filter(Boolean).join("\n"));
    make("svg:rect", { width, height, rx: 5 }, group);
    make("svg:path", {
      d: `M0 ${HEAD} V5 a5 5 0 0 1 5 -5 H${width - 5} a5 5 0 0 1 5 5 V${HEAD} Z`, fill: tint(table.schema),
    }, group);
    make("svg:text", { class: "name", x: 8, y: 17 }, group, clipped(table.name, width - 18 - table.rows.length * 6.6, 8));
    make("svg:text", { class: "rows", x: width - 7, y: 17 }, group, table.rows);
    table.shown.forEach((place, row) => {
      const [name, type, signs] = table.columns[place];
      const text = make("svg:text", {
        class: `column${signs.includes("k") ? " key" : ""}`, x: 8, y: HEAD + 13 + row * ROW,
      }, group, `${clipped(name, width - 24 - type.length * 6.6, 6.6)}${signs.includes("l") ? " →" : ""} `);
      make("svg:tspan", { class: "type" }, text, clipped(type, width / 2, 6.6));
    });
    return group;
  }

  // A curve from the side of one box to the side of the other that is nearer; a loop for a link to itself.
  function curve(link) {
    const [ax, ay, aw, ah] = tables[link.from].box, [bx, by, bw, bh] = tables[link.to].box;
    const row = tables[link.from].shown.findIndex((place) => tables[link.from].columns[place][0] === link.columns[0]);
    const from = ay + (row < 0 ? Math.min(HEAD, ah) / 2 : HEAD + row * ROW + 9), to = by + Math.min(HEAD, bh) / 2;
    if (link.from === link.to) {
      const side = ax + aw;
      return `M${side} ${from} C${side + 36} ${from} ${side + 36} ${to} ${side} ${to}`;
    }
    const isRight = ax > bx + bw / 2;
    const isBeside = Math.abs(ax - bx) < Math.max(aw, bw) / 2;
    const start = isRight ? ax : ax + aw;
    const end = isBeside ? (isRight ? bx : bx + bw) : isRight ? bx + bw : bx;
    const bend = Math.max(30, Math.abs(end - start) / 2);
    const out = isRight ? -bend : bend, back = isBeside ? out : -out;
    return `M${start} ${from} C${start + out} ${from} ${end + back} ${to} ${end} ${to}`;
  }

  const world = make("svg:g", {}, canvas);
  const lines = make("svg:g", {}, world), boxes = make("svg:g", {}, world);
  links.forEach((link, number) => {
    near[link.from].add(link.to);
    near[link.to].add(link.from);
    linksOf[link.from].push(number);
    if (link.to !== link.from) linksOf[link.to].push(number);
    link.path = make("svg:path", { class: `link${link.guess ? " guess" : ""}`, d: curve(link) }, lines);
    make("svg:title", {}, link.path,
      `${title(tables[link.from])}.${link.columns.join(", ")} → ${title(tables[link.to])}${link.guess ? " (guess)" : ""}`);
  });
  tables.forEach((table, number) => { table.group = drawTable(table, number, boxes); });

  function apply() {
    world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
    world.classList.toggle("far", view.scale < FAR);
    // From afar names grow so that they can still be read, as far as their box has room.
    const size = view.scale < FAR ? Math.min(17, 13 * Math.sqrt(FAR / view.scale)) : 13;
    boxes.style.fontSize = `${size}px`;
  }

  function zoom(factor, x, y) {
    const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    apply();
  }

  function show(numbers, most) {
    const area = canvas.getBoundingClientRect();
    const width = area.width - (panel.hidden ? 0 : Math.min(panel.offsetWidth, area.width / 2));
    const found = numbers.map((number) => tables[number].box);
    if (!found.length || !width) return;
    const left = Math.min(...found.map((box) => box[0])), top = Math.min(...found.map((box) => box[1]));
    const right = Math.max(...found.map((box) => box[0] + box[2])), bottom = Math.max(...found.map((box) => box[1] + box[3]));
    view.scale = Math.min(most, Math.max(LEAST, Math.min(width / (right - left + 60), area.height / (bottom - top + 60))));
    view.x = width / 2 - (view.scale * (left + right)) / 2;
    view.y = area.height / 2 - (view.scale * (top + bottom)) / 2;
    apply();
  }

  const isShown = (link) => byId("guesses").checked || !link.guess;
  const neighbours = (number) => linksOf[number].map((each) => links[each]).filter(isShown);
  const fit = () => show(tables.map((_, number) => number), 1.5);

  function setFocus(number, moves) {
    focus = number;
    world.classList.toggle("focused", number >= 0);
    for (const element of world.querySelectorAll(".near, .self")) element.classList.remove("near", "self");
    if (number < 0) { panel.hidden = true; history.replaceState(null, "", location.pathname + location.search); return; }
    const around = new Set([number]);
    for (const link of neighbours(number)) {
      around.add(link.from).add(link.to);
      link.path.classList.add("near");
      lines.append(link.path);
    }
    for (const each of around) tables[each].group.classList.add("near");
    tables[number].group.classList.add("self");
    fillPanel(number);
    try { history.replaceState(null, "", `#${encodeURIComponent(`${tables[number].schema}.${tables[number].name}`)}`); }
    catch { /* a page from a file may not set its address */ }
    if (!moves) return;
    show([...around], 1.2);
    // Neighbours that are too far apart to be read together: then the table alone.
    if (view.scale < READABLE) show([number], 0.8);
  }

  function goTo(parent, number, text) {
    make("button", { type: "button", class: "go" }, parent, text).addEventListener("click", () => setFocus(number, true));
  }

  function fillPanel(number) {
    const table = tables[number];
    panel.replaceChildren();
    make("button", { type: "button", class: "close", "aria-label": "Close" }, panel, "×")
      .addEventListener("click", () => setFocus(-1));
    make("h2", {}, panel, `${table.schema}.${table.name}`);
    const facts = [table.kind, table.rows && `${table.rows} rows`, table.mark && `looks like: ${table.mark}`];
    make("p", { class: "comment" }, panel, facts.filter(Boolean).join(" · "));
    if (table.comment) make("p", {}, panel, table.comment);
    const body = make("tbody", {}, make("table", {}, panel));
    for (const [name, type, signs, comment] of table.columns) {
      const row = make("tr", {}, body);
      const cell = make("td", { class: signs.includes("k") ? "key" : "" }, row, name);
      if (comment) make("div", { class: "comment" }, cell, comment);
      make("td", { class: "type" }, row, `${type}${signs.includes("n") ? " null" : ""}`);
    }
    const own = neighbours(number);
    const sides = [["Points at", own.filter((link) => link.from === number), "to"],
      ["Pointed at by", own.filter((link) => link.to === number && link.from !== number), "from"]];
    for (const [heading, found, end] of sides) {
      if (!found.length) continue;
      make("h3", {}, panel, heading);
      for (const link of found) {
        const line = make("p", {}, panel);
        goTo(line, link[end], `${tables[link[end]].schema}.${tables[link[end]].name}`);
        line.append(` ${link.columns.join(", ")}${link.guess ? " (guess)" : ""}`);
      }
    }
    panel.hidden = false;
    panel.scrollTop = 0;
  }

  function found(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const results = [];
    tables.forEach((table, number) => {
      const name = `${table.schema}.${table.name}`.toLowerCase();
      if (words.every((word) => name.includes(word))) {
        results.push([table.name.toLowerCase().startsWith(words[0]) ? 0 : 1, number, ""]);
        return;
      }
      const columns = table.columns.filter(([column]) => words.some((word) => column.toLowerCase().includes(word)));
      const rest = words.filter((word) => !columns.some(([column]) => column.toLowerCase().includes(word)));
      if (columns.length && rest.every((word) => name.includes(word)))
        results.push([2, number, columns.slice(0, 3).map(([column]) => column).join(", ")]);
    });
    return results.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  function listHits() {
    const results = found(search.value);
    hits.replaceChildren();
    hits.hidden = !search.value.trim();
    for (const [, number, columns] of results.slice(0, MOST_HITS)) {
      const button = make("button", { type: "button" }, make("li", {}, hits), `${tables[number].schema}.${tables[number].name}`);
      if (columns) make("small", {}, button, columns);
      button.addEventListener("click", () => { hits.hidden = true; setFocus(number, true); });
    }
    const rest = results.length - MOST_HITS;
    if (!hits.hidden && (rest > 0 || !results.length))
      make("li", { class: "comment" }, hits, results.length ? `and ${rest} more` : "nothing found");
    hits.querySelector("button")?.classList.add("chosen");
  }

  search.addEventListener("input", listHits);
  search.addEventListener("keydown", (event) => {
    const buttons = [...hits.querySelectorAll("button")];
    const chosen = buttons.findIndex((button) => button.classList.contains("chosen"));
    if (event.key === "Enter") buttons[Math.max(0, chosen)]?.click();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = buttons[(chosen + (event.key === "ArrowDown" ? 1 : buttons.length - 1)) % buttons.length];
      buttons[chosen]?.classList.remove("chosen");
      next?.classList.add("chosen");
      next?.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  });

  const pointers = new Map();
  let moved = 0, spread = 0;
  canvas.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    moved = 0;
    hits.hidden = true;
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    if (pointers.size === 1) {
      view.x += event.clientX - last.clientX;
      view.y += event.clientY - last.clientY;
      moved += Math.abs(event.clientX - last.clientX) + Math.abs(event.clientY - last.clientY);
      if (moved > 4 && !canvas.classList.contains("moving")) {
        canvas.classList.add("moving");
        canvas.setPointerCapture(event.pointerId);
      }
      apply();
    }
    pointers.set(event.pointerId, event);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()], area = canvas.getBoundingClientRect();
      const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      if (spread) zoom(now / spread, (a.clientX + b.clientX) / 2 - area.left, (a.clientY + b.clientY) / 2 - area.top);
      spread = now;
      moved = 10;
    }
  });
  const lift = (event) => { pointers.delete(event.pointerId); spread = 0; canvas.classList.remove("moving"); };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("click", (event) => {
    if (moved > 4) return;
    const group = event.target.closest(".table");
    setFocus(group ? Number(group.dataset.table) : -1, false);
  });
  canvas.addEventListener("dblclick", (event) => {
    const group = event.target.closest(".table");
    if (group) setFocus(Number(group.dataset.table), true);
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const area = canvas.getBoundingClientRect(), step = event.deltaMode === 1 ? event.deltaY * 20 : event.deltaY;
    zoom(Math.exp(-Math.max(-200, Math.min(200, step)) * 0.002), event.clientX - area.left, event.clientY - area.top);
  }, { passive: false });

  function zoomMiddle(factor) {
    const area = canvas.getBoundingClientRect();
    zoom(factor, area.width / 2, area.height / 2);
  }
  byId("in").addEventListener("click", () => zoomMiddle(1.4));
  byId("out").addEventListener("click", () => zoomMiddle(1 / 1.4));
  byId("fit").addEventListener("click", fit);
  byId("guesses").addEventListener("change", (event) => {
    world.classList.toggle("no-guesses", !event.target.checked);
    if (focus >= 0) setFocus(focus, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; hits.hidden = true; search.blur(); setFocus(-1); return; }
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    const group = event.target.closest?.(".table");
    if (event.key === "/") search.focus();
    else if (event.key === "0") fit();
    else if (event.key === "+") zoomMiddle(1.4);
    else if (event.key === "-") zoomMiddle(1 / 1.4);
    else if (event.key === "Enter" && group) setFocus(Number(group.dataset.table), true);
    else return;
    event.preventDefault();
  });

  document.title = `${data.title}: diagram`;
  byId("title").textContent = data.title;
  byId("count").textContent = `${plural(tables.length, "table")}, ${plural(links.length, "link")}`
    + (data.leftOut ? `; ${data.leftOut} more are not drawn` : "");
  byId("guesses-label").hidden = !links.some((link) => link.guess);
  for (const schema of schemas.slice(0, 12)) {
    make("b", { style: `background: hsl(${hue(schema)} 55% 55%)` }, byId("legend"));
    byId("legend").append(schema);
  }
  fit();
  const asked = decodeURIComponent(location.hash.slice(1));
  const start = tables.findIndex((table) => `${table.schema}.${table.name}` === asked);
  if (start >= 0) setFocus(start, true);
  window.addEventListener("resize", apply);
})();
