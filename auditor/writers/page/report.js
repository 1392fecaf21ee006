// The script of the HTML report: takes data from the files in data/, shows articles, marks and rules.
// Whatever comes from an article goes into the page as text (textContent), never as markup.
"use strict";

const auditorReport = (() => {
  const PAGE_ROWS = 100;
  const WHOLE = 400; // a longer marked passage with further places is marked at those places
  const SEVERITIES = ["critical", "major", "minor", "neutral"];
  const VERDICTS = ["keep", "clean", "quarantine", "reject"];
  const INDEX_TITLES = [
    "Flesch reading ease", "Flesch–Kincaid grade", "Gunning fog", "SMOG", "Coleman–Liau", "ARI", "Dale–Chall",
  ];
  const ARTICLE_FIELDS = ["id", "title", "source", "date", "grade", "points", "words", "critical", "major", "minor", "neutral", "codes"];
  // Control, format and direction characters: they would be unseen, or turn the text around. As in report.md.
  const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

  // In a mark the space itself may be the defect: unusual spaces and line ends are shown too.
  const UNSEEN_IN_MARK = new RegExp(`${UNSEEN.source}|[\\u00a0\\u2000-\\u200a\\u202f\\u205f\\u3000\\n]`, "g");

  let about = null;
  let rules = new Map();
  const rows = [];
  const lists = new Map(); // number of a list file -> its columns
  const buckets = new Map(); // number of a texts file -> articles
  let allLoaded = null;
  let shown = []; // indices into rows, filtered and sorted
  let state = null;
  let tipFor = null;
  const hidden = new Set(); // severities that the reader does not want to see
  let leaving = 0;
  let current = null; // the article that is shown

  const $ = (selector, inside = document) => inside.querySelector(selector);
  const $$ = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const count = (n) => n.toLocaleString("en");
  const some = (n, what) => `${count(n)} ${what}${n === 1 ? "" : "s"}`;
  const code = (char) => `<U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}>`;
  const plain = (text) => String(text).replace(UNSEEN, code);

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  // Data files -------------------------------------------------------------------------------------------------

  function load(path) {
    return new Promise((resolve, reject) => {
      const script = element("script", { src: path });
      script.onload = () => { script.remove(); resolve(); };
      script.onerror = () => { script.remove(); reject(new Error(`${path} is missing; copy the whole folder of the report`)); };
      document.head.append(script);
    });
  }

  function loadAll() {
    if (!allLoaded) {
      const wanted = Array.from({ length: about.lists }, (_, number) => load(`data/list-${String(number).padStart(5, "0")}.js`));
      allLoaded = Promise.all(wanted).then(() => {
        for (let number = 0; number < about.lists; number++) {
          const columns = lists.get(number);
          for (let index = 0; index < columns.id.length; index++) {
            const row = { number: rows.length + 1, verdict: Number(columns.verdict[index]) };
            for (const field of ARTICLE_FIELDS) row[field] = columns[field][index];
            row.name = row.title || row.id || `Article ${row.number}`;
            rows.push(row);
          }
        }
        lists.clear();
      }).catch((error) => { allLoaded = null; throw error; });
    }
    return allLoaded;
  }

  async function article(number) {
    if (!(number >= 1 && number <= about.articles)) return null;
    let bucket = 0;
    for (let low = 0, high = about.buckets.length - 1; low <= high;) {
      const middle = (low + high) >> 1;
      if (about.buckets[middle] <= number) { bucket = middle; low = middle + 1; } else high = middle - 1;
    }
    if (!buckets.has(bucket)) {
      await load(`data/texts-${String(bucket).padStart(5, "0")}.js`);
      while (buckets.size > 4) buckets.delete(buckets.keys().next().value);
    }
    return buckets.get(bucket)[number - about.buckets[bucket]];
  }

  // Views ------------------------------------------------------------------------------------------------------

  function parameters(query) {
    const found = {};
    for (const pair of query.split("&")) {
      const [key, value = ""] = pair.split("=");
      try { found[key] = decodeURIComponent(value.replace(/\+/g, " ")); } catch { found[key] = value; }
    }
    return found;
  }

  async function route() {
    hideTip();
    const [, path, query] = /^#?([^?]*)\??(.*)$/s.exec(location.hash);
    const [kind, rest] = [path.split("-")[0], path.slice(path.indexOf("-") + 1)];
    try {
      if (kind === "articles") await showList(parameters(query));
      else if (kind === "article") await showArticle(Number(rest));
      else if (kind === "rule") showRule(rest);
      else if (kind === "finding") return;
      else {
        show("overview", "Audit report");
        if (kind === "problems" && $("#problems")) $("#problems").scrollIntoView();
      }
    } catch (error) {
      const section = $("#view-article");
      section.replaceChildren(element("h1", { tabindex: -1 }, "This cannot be shown"), element("p", { class: "notice" }, error.message));
      show("article", "This cannot be shown");
    }
  }

  function show(view, title) {
    const changed = $(`#view-${view}`).hidden || view === "article" || view === "rule";
    for (const section of $$("main > section")) section.hidden = section.id !== `view-${view}`;
    for (const link of $$("header nav a")) {
      if (link.dataset.view === view || (view === "article" && link.dataset.view === "articles")) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = view === "overview" ? "Audit report" : `${plain(title)} – Audit report`;
    if (changed && location.hash) {
      window.scrollTo(0, 0);
      const heading = $(`#view-${view} h1`);
      if (heading) heading.focus({ preventScroll: true });
    }
  }

  // The table of articles ---------------------------------------------------------------------------------------

  async function showList(asked) {
    const form = $(".filters");
    for (const field of ["q", "grade", "verdict", "rule", "source"]) {
      if (document.activeElement !== form.elements[field]) form.elements[field].value = asked[field] || "";
    }
    show("articles", "Articles");
    if (!allLoaded && about.lists) $("#count").textContent = "Loading …";
    await loadAll();
    state = { sort: "points", order: "down", page: 1, ...asked };
    filterAndSort();
    drawList();
  }

  function filterAndSort() {
    const words = (state.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    const verdict = state.verdict ? VERDICTS.indexOf(state.verdict) : -1;
    shown = [];
    for (const row of rows) {
      if (state.grade && row.grade !== state.grade) continue;
      if (verdict >= 0 && row.verdict !== verdict) continue;
      if (state.source && row.source !== state.source) continue;
      if (state.rule && !row.codes.split(" ").includes(state.rule)) continue;
      if (words.length) {
        const text = `${row.title} ${row.id} ${row.source}`.toLowerCase();
        if (!words.every((word) => text.includes(word))) continue;
      }
      shown.push(row);
    }
    const key = state.sort === "title" ? "name" : state.sort;
    const sign = state.order === "down" ? -1 : 1;
    if (rows.length && key in rows[0]) {
      const text = typeof rows[0][key] === "string";
      const compare = text ? new Intl.Collator("en", { numeric: true }).compare : (a, b) => a - b;
      shown.sort((a, b) => sign * compare(a[key], b[key]) || a.number - b.number);
    }
  }

  function drawList() {
    $("#list").classList.toggle("sourceless", !about.sources.length);
    const pages = Math.max(1, Math.ceil(shown.length / PAGE_ROWS));
    const page = Math.min(pages, Math.max(1, Math.floor(Number(state.page)) || 1));
    const slice = shown.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
    $("#list tbody").replaceChildren(...slice.map(tableRow));
    $("#count").textContent = shown.length === rows.length ? some(rows.length, "article") : `${count(shown.length)} of ${some(rows.length, "article")}`;
    if (!shown.length) $("#list tbody").append(element("tr", {}, element("td", { colspan: 10, class: "none" }, "No article fits these filters.")));
    $(".pager").hidden = pages === 1;
    $("#page").textContent = `${count(page)} of ${count(pages)}`;
    $("#back").disabled = page === 1;
    $("#on").disabled = page === pages;
    $("#back").onclick = () => change({ page: page - 1 });
    $("#on").onclick = () => change({ page: page + 1 });
    for (const head of $$("#list th")) {
      if (head.dataset.key === state.sort) head.setAttribute("aria-sort", state.order === "down" ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  function tableRow(row) {
    const number = (value) => element("td", { class: value ? "n" : "n zero" }, count(value));
    const name = element("td", { class: "name" }, element("a", { href: `#article-${row.number}` }, element("bdi", {}, plain(row.name))));
    if (row.date) name.append(" ", element("span", { class: "small" }, plain(row.date)));
    return element("tr", {},
      element("td", { class: "n" }, count(row.number)),
      element("td", {}, gradeOf(row.grade)),
      name,
      element("td", { class: "source" }, element("bdi", {}, plain(row.source))),
      element("td", {}, verdictOf(VERDICTS[row.verdict])),
      element("td", { class: "n" }, row.points.toFixed(1)),
      number(row.critical), number(row.major), number(row.minor), number(row.words));
  }

  const gradeOf = (grade) => element("span", { class: `grade g-${grade}` }, grade);
  const verdictOf = (verdict) => element("span", { class: `verdict v-${verdict}` }, verdict);
  const severityOf = (severity) => element("span", { class: `sev s-${severity}` }, severity);

  function change(changes, replace = false) {
    const next = { ...state, page: 1, ...changes };
    const query = ["q", "grade", "verdict", "rule", "source", "sort", "order", "page"]
      .filter((key) => next[key] && !(key === "sort" && next.sort === "points") && !(key === "order" && next.order === "down") && !(key === "page" && Number(next.page) === 1))
      .map((key) => `${key}=${encodeURIComponent(next[key])}`).join("&");
    const hash = query ? `#articles?${query}` : "#articles";
    if (replace) { history.replaceState(null, "", hash); showList(parameters(query)); } else location.hash = hash;
  }

  // One article ------------------------------------------------------------------------------------------------

  async function showArticle(number) {
    const data = await article(number);
    const section = $("#view-article");
    if (!data) {
      section.replaceChildren(element("h1", { tabindex: -1 }, "There is no such article"));
      show("article", "There is no such article");
      return;
    }
    current = data;
    const name = data.title || data.id || `Article ${number}`;
    const meta = [data.title ? data.id : "", data.where, data.source, data.date].filter(Boolean);
    const line = element("p", { class: "small meta" });
    meta.forEach((part, index) => line.append(index ? " · " : "", element("bdi", {}, plain(part))));
    if (/^https?:\/\//i.test(data.url)) line.append(" · ", element("a", { href: data.url, rel: "noopener noreferrer nofollow", target: "_blank" }, plain(data.url)));
    else if (data.url) line.append(" · ", element("bdi", {}, plain(data.url)));
    const places = placesOf(data);
    const text = element("div", { class: "text", lang: data.language || "en" }, ...marked(data.text, places));
    if (data.characters > [...data.text].length) {
      text.append(element("p", { class: "notice" }, `Only the first ${count([...data.text].length)} of ${count(data.characters)} characters are shown.`));
    }
    const cards = element("ol", { class: "cards" });
    data.findings.forEach((finding, index) => cards.append(card(finding, index, data, places[index])));
    const side = element("aside", { "aria-label": "Findings" }, element("h2", {}, some(data.findings.length + data.more, "finding")), levels(data), cards);
    if (!data.findings.length) cards.replaceWith(element("p", {}, "Nothing was found here."));
    if (data.more) side.append(element("p", { class: "small" }, `${some(data.more, "more finding")}: see findings.csv.`));
    section.replaceChildren(
      stepper(number),
      element("h1", { tabindex: -1 }, element("bdi", {}, plain(name))),
      line,
      element("p", { class: "decision" }, gradeOf(data.grade), element("b", {}, verdictOf(data.verdict)), element("span", {}, plain(data.reasons || "nothing speaks against it"))),
      ...data.problems.map(([kind, what, message]) => element("p", { class: "notice" }, `${{ skipped: "Not done", failure: "Crashed", unused: "Suppresses nothing", suppression: "Wrong suppression" }[kind] || kind}: ${plain(what)}: ${plain(message)}`)),
      element("div", { class: "columns" }, text, side),
      figures(data));
    hide();
    show("article", name);
  }

  function stepper(number) {
    const at = shown.findIndex((row) => row.number === number);
    const next = at >= 0 ? shown[at + 1]?.number : number < about.articles ? number + 1 : undefined;
    const previous = at >= 0 ? shown[at - 1]?.number : number > 1 ? number - 1 : undefined;
    const link = (target, id, text) => target ? element("a", { href: `#article-${target}`, id }, text) : element("span", { class: "off" }, text);
    const place = at >= 0 ? `${count(at + 1)} of ${count(shown.length)} in the table` : `${count(number)} of ${count(about.articles)}`;
    return element("nav", { class: "stepper", "aria-label": "Other articles" }, link(previous, "previous", "← Previous"), element("span", { class: "small" }, place), link(next, "next", "Next →"));
  }

  // Which severities are shown: one button each, where an article has more than one. The choice holds for all articles.
  function levels(data) {
    const found = SEVERITIES.map((severity) => [severity, data.findings.filter((finding) => finding[1] === severity).length]).filter(([, n]) => n);
    if (found.length < 2) return null;
    const group = element("div", { class: "levels", role: "group", "aria-label": "Severities to show" });
    for (const [severity, n] of found) {
      const button = element("button", { type: "button", class: "quiet", "aria-pressed": String(!hidden.has(severity)) }, severityOf(severity), ` ${count(n)}`);
      button.addEventListener("click", () => {
        if (!hidden.delete(severity)) hidden.add(severity);
        button.setAttribute("aria-pressed", String(!hidden.has(severity)));
        hide();
      });
      group.append(button);
    }
    return group;
  }

  function hide() {
    for (const severity of SEVERITIES) $("#view-article").classList.toggle(`no-${severity}`, hidden.has(severity));
  }

  function figures(data) {
    const list = element("dl", { class: "figures" });
    const add = (term, value) => list.append(element("div", {}, element("dt", {}, term), element("dd", {}, value)));
    add("Words", count(data.words));
    add("Sentences", count(data.sentences));
    add("Characters", count(data.characters));
    add("Language", data.language || "undecided");
    if (data.grammar) add("Grammar", data.grammar);
    add("Points per 1,000 words", data.points.toFixed(1));
    add("Damage", data.damage.toFixed(1));
    add("Boilerplate", data.boilerplate.toFixed(1));
    (data.readability || []).forEach((value, index) => add(INDEX_TITLES[index], value.toFixed(1)));
    return element("section", { "aria-label": "Figures" }, element("h2", {}, "Figures"), list);
  }

  // Where each finding is marked: its span, or the places that prove it when the span is nearly the whole text.
  function placesOf(data) {
    return data.findings.map(([, , span, , , , , , evidence]) => {
      if (!span) return evidence;
      const length = span[1] - span[0];
      if (length > WHOLE && evidence.length) return evidence;
      if (length > WHOLE && length > 0.6 * data.text.length) return [];
      return [span];
    });
  }

  // The text cut at every border of a marked place; each piece knows all findings that lie over it.
  function marked(text, places) {
    const borders = new Set([0, text.length]);
    const starts = new Map(), ends = new Map(), empty = new Map();
    const put = (map, key, value) => { if (map.has(key)) map.get(key).push(value); else map.set(key, [value]); };
    places.forEach((spans, index) => spans.forEach(([start, end]) => {
      borders.add(start); borders.add(end);
      if (start === end) put(empty, start, index);
      else { put(starts, start, index); put(ends, end, index); }
    }));
    const cuts = [...borders].sort((a, b) => a - b);
    const pieces = [], over = [], reached = new Set();
    cuts.forEach((cut, at) => {
      for (const index of ends.get(cut) || []) over.splice(over.indexOf(index), 1);
      if (empty.has(cut)) pieces.push(mark([], empty.get(cut), empty.get(cut), true));
      for (const index of starts.get(cut) || []) over.push(index);
      if (at + 1 === cuts.length) return;
      const children = visible(text.slice(cut, cuts[at + 1]), over.length > 0);
      if (!over.length) pieces.push(...children);
      else {
        const fresh = (starts.get(cut) || []).filter((index) => !reached.has(index));
        fresh.forEach((index) => reached.add(index));
        pieces.push(mark(children, [...new Set(over)], fresh, false));
      }
    });
    return pieces;

    function mark(children, indices, fresh, point) {
      const order = indices.slice().sort((a, b) => grade(a) - grade(b) || a - b);
      const first = fresh.length ? fresh[0] : null;
      const made = element("mark", { class: `s-${current.findings[order[0]][1]}${point ? " point" : ""}${indices.length > 1 ? " many" : ""}`, "data-findings": order.join(" "), tabindex: first === null ? null : 0, id: first === null ? null : `mark-${first}` }, ...children);
      if (first !== null) {
        made.setAttribute("role", "button");
        made.setAttribute("aria-label", `${plain(made.textContent) || "missing here"} – ${order.map((index) => { const [rule, severity, , , , message] = current.findings[index]; return `${severity} ${rule}: ${plain(message)}`; }).join("; ")}`);
        made.setAttribute("data-n", fresh.map((index) => index + 1).join(" "));
      }
      return made;
    }
    function grade(index) { return SEVERITIES.indexOf(current.findings[index][1]); }
  }

  // A piece of text for the page: line ends as one kind, unseen characters as a small sign.
  function visible(piece, inMark) {
    const made = [];
    let from = 0;
    const text = piece.replace(/\r\n?/g, "\n");
    const wanted = inMark ? UNSEEN_IN_MARK : UNSEEN;
    for (const found of text.matchAll(wanted)) {
      if (found.index > from) made.push(text.slice(from, found.index));
      made.push(element("span", { class: "sign" }, found[0] === "\n" ? "⏎\n" : code(found[0])));
      from = found.index + found[0].length;
    }
    if (from < text.length) made.push(text.slice(from));
    return made;
  }

  function card(finding, index, data, spans) {
    const [ruleCode, severity, span, line, column] = finding;
    const made = element("li", { class: `card s-${severity}`, id: `finding-${index}`, "data-findings": index, tabindex: spans.length ? 0 : null });
    made.append(element("p", { class: "head" }, severityOf(severity), " ", ruleLink(ruleCode)), ...told(finding, data));
    const where = spans.length && span ? `line ${count(line)}, column ${count(column)}` : spans.length ? "further on in the text" : "the whole article";
    made.append(element("p", { class: "small" }, !span && !spans.length ? `line ${count(line)}, after the part that is shown` : where));
    return made;
  }

  function ruleLink(ruleCode) {
    const rule = rules.get(ruleCode);
    return element("a", { href: `#rule-${ruleCode}` }, rule ? `${ruleCode} ${rule[1]}` : ruleCode);
  }

  function told([, , , , , message, suggestion, edits], data) {
    const made = [element("p", { class: "message" }, element("bdi", {}, plain(message)))];
    if (suggestion !== null) made.push(element("p", { class: "cure" }, "Suggestion: ", element("q", {}, plain(suggestion))));
    for (const [span, text, safe] of edits) {
      const old = span ? plain(shorten(data.text.slice(span[0], span[1]))) : "";
      const line = element("p", { class: "cure" });
      if (!text) line.append("Delete ", element("del", {}, old));
      else if (!old) line.append("Insert ", element("ins", {}, plain(text)));
      else line.append("Replace ", element("del", {}, old), " by ", element("ins", {}, plain(text)));
      if (!safe) line.append(" (needs a look)");
      made.push(line);
    }
    return made;
  }

  const shorten = (text) => (text.length <= 160 ? text : `${text.slice(0, 80)} … ${text.slice(-80)}`).replace(/\s*[\r\n]+\s*/g, " ⏎ ");

  // The tip over a marked place ---------------------------------------------------------------------------------

  function showTip(target) {
    clearTimeout(leaving);
    if (tipFor === target) return;
    hideTip();
    const tip = $("#tip");
    tipFor = target;
    tip.replaceChildren(...target.dataset.findings.split(" ").map((index) => {
      const finding = current.findings[Number(index)];
      return element("div", { class: `tip-part s-${finding[1]}` }, element("p", { class: "head" }, severityOf(finding[1]), " ", ruleLink(finding[0])), ...told(finding, current));
    }));
    tip.hidden = false;
    placeTip();
    target.setAttribute("aria-describedby", "tip");
    light(target.dataset.findings.split(" "));
  }

  // Beside its mark: below where there is room, else above.
  function placeTip() {
    const tip = $("#tip"), box = tipFor.getClientRects()[0] || tipFor.getBoundingClientRect();
    const room = document.documentElement.clientWidth, width = Math.min(380, room - 16);
    tip.style.width = `${width}px`;
    tip.style.left = `${Math.max(8, Math.min(box.left, room - width - 8))}px`;
    const all = tipFor.getBoundingClientRect(), height = tip.offsetHeight;
    tip.style.top = `${all.bottom + 6 + height < window.innerHeight || box.top < height + 60 ? all.bottom + 6 : box.top - height - 6}px`;
  }

  function hideTip() {
    clearTimeout(leaving);
    if (tipFor) tipFor.removeAttribute("aria-describedby");
    tipFor = null;
    $("#tip").hidden = true;
    light([]);
  }

  function light(indices) {
    for (const lit of $$(".lit")) lit.classList.remove("lit");
    for (const index of indices) {
      for (const part of $$(`[data-findings~="${index}"]`)) if (part.tagName === "MARK" || part.id === `finding-${index}`) part.classList.add("lit");
    }
  }

  function step(by) {
    const marks = $$("#view-article mark[tabindex]").filter((made) => !SEVERITIES.some((severity) => hidden.has(severity) && made.classList.contains(`s-${severity}`)));
    if (!marks.length) return;
    const at = marks.indexOf(document.activeElement);
    const next = marks[at < 0 ? (by > 0 ? 0 : marks.length - 1) : (at + by + marks.length) % marks.length];
    next.focus();
    next.scrollIntoView({ block: "center" });
    showTip(next);
  }

  // Rules ------------------------------------------------------------------------------------------------------

  function showRule(ruleCode) {
    const section = $("#view-rule"), rule = rules.get(ruleCode);
    if (!rule) {
      section.replaceChildren(element("h1", { tabindex: -1 }, "No finding of this rule"), element("p", {}, "auditor explain CODE prints the page of any rule."));
    } else {
      const [, name, severity, summary, findings, articles, sections] = rule;
      section.replaceChildren(
        element("h1", { tabindex: -1 }, `${ruleCode} ${name}`),
        element("p", { class: "lead" }, summary),
        element("p", {}, severityOf(severity), ` ${some(findings, "finding")} in `, element("a", { href: `#articles?rule=${ruleCode}` }, some(articles, "article"))),
        ...sections.flatMap(([title, blocks]) => [element("h2", {}, title), ...blocks.map(([kind, text]) => block(kind, text))]));
    }
    show("rule", ruleCode);
  }

  const EXAMPLES = { bad: "Reported", good: "Left alone", fixed: "After the edit", missed: "Not found yet", "false-alarm": "Reported, though it should not be" };

  function block(kind, text) {
    if (kind === "p") return element("p", {}, ...inline(text));
    if (!(kind in EXAMPLES)) return element("pre", {}, text);
    const parts = text.split(/\[\[(?:\d+:)?(.*?)\]\]/s).map((part, index) => (index % 2 ? element("mark", { class: "s-major" }, part || "‸") : part));
    return element("figure", { class: `example ${kind}` }, element("figcaption", {}, EXAMPLES[kind]), element("div", {}, ...parts));
  }

  const inline = (text) => text.split(/(`[^`]+`)/).map((part) => (part.length > 2 && part.startsWith("`") ? element("code", {}, part.slice(1, -1)) : part.replace(/\*([^*\s][^*]*)\*/g, "$1")));

  // Start ------------------------------------------------------------------------------------------------------

  function begin() {
    for (const [ruleCode, name] of about.rules) $(".filters [name=rule]").append(element("option", { value: ruleCode }, `${ruleCode} ${name}`));
    for (const source of about.sources) $("#source-list").append(element("option", { value: source }));
    const form = $(".filters");
    let wait = 0;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      clearTimeout(wait);
      const { name, value } = event.target;
      wait = setTimeout(() => change({ [name]: value }, true), name === "q" || name === "source" ? 150 : 0);
    });
    form.addEventListener("reset", () => { state = { sort: state.sort, order: state.order }; setTimeout(() => change({})); });
    for (const head of $$("#list th")) {
      head.addEventListener("click", () => {
        const same = state.sort === head.dataset.key;
        const down = same ? state.order !== "down" : !["number", "title", "source", "grade"].includes(head.dataset.key);
        change({ sort: head.dataset.key, order: down ? "down" : "up" });
      });
    }
    const text = $("#view-article");
    const markOf = (event) => event.target.closest && event.target.closest("mark");
    text.addEventListener("mouseover", (event) => { const made = markOf(event); if (made) showTip(made); });
    text.addEventListener("focusin", (event) => { const made = markOf(event); if (made) showTip(made); });
    text.addEventListener("focusout", (event) => { if (markOf(event) && !$("#tip").contains(event.relatedTarget)) hideTip(); });
    $("#tip").addEventListener("mousedown", (event) => event.preventDefault()); // the mark keeps the focus, its tip stays
    text.addEventListener("click", (event) => {
      const made = markOf(event), li = event.target.closest(".card");
      if (made) showTip(made);
      else if (li && event.target.tagName !== "A") jump(li.dataset.findings);
    });
    document.addEventListener("mouseover", (event) => {
      if (!tipFor || tipFor === document.activeElement) return;
      clearTimeout(leaving); // the way from the mark to its tip leads over other text
      if (!event.target.closest("mark, #tip")) leaving = setTimeout(hideTip, 250);
    });
    document.addEventListener("click", (event) => { if (tipFor && !event.target.closest("mark, #tip")) hideTip(); });
    $("#theme").addEventListener("click", () => {
      const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      setTheme(dark ? "light" : "dark");
    });
    document.addEventListener("keydown", keys);
    window.addEventListener("scroll", () => { if (tipFor) placeTip(); }, { passive: true });
    window.addEventListener("resize", hideTip);
    window.addEventListener("hashchange", route);
    route();
  }

  function jump(index) {
    const target = $(`mark[data-findings~="${index}"]`);
    if (!target) return;
    target.scrollIntoView({ block: "center" });
    if (target.tabIndex >= 0) target.focus({ preventScroll: true });
    showTip(target);
  }

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const writing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape") {
      if (writing) event.target.blur();
      if (tipFor && $("#tip").contains(event.target)) tipFor.focus();
      hideTip();
      return;
    }
    if (writing) return;
    const inArticle = !$("#view-article").hidden;
    if (event.key === "/") { event.preventDefault(); location.hash = $("#view-articles").hidden ? "#articles" : location.hash; setTimeout(() => $(".filters [name=q]").focus(), 50); }
    else if (inArticle && (event.key === "j" || event.key === "k")) { event.preventDefault(); step(event.key === "j" ? 1 : -1); }
    else if (inArticle && (event.key === "n" || event.key === "p")) { const link = $(event.key === "n" ? "#next" : "#previous"); if (link) link.click(); }
    else if ((event.key === "Enter" || event.key === " ") && event.target.matches(".card")) { event.preventDefault(); jump(event.target.dataset.findings); }
    else if ((event.key === "Enter" || event.key === " ") && event.target.matches("mark")) { event.preventDefault(); showTip(event.target); $("#tip a").focus({ preventScroll: true }); }
  }

  function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("auditor-theme", theme); } catch { /* storage is off: the choice lasts for this page */ }
  }

  try {
    const kept = localStorage.getItem("auditor-theme");
    if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  } catch { /* storage is off */ }

  return {
    about(value) {
      about = value;
      rules = new Map(value.rules.map((rule) => [rule[0], rule]));
      begin();
    },
    list(value) { lists.set(value.number, value.columns); },
    texts([number, articles]) { buckets.set(number, articles); },
  };
})();
