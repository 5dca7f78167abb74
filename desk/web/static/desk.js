// Keys, reviews without leaving the page, and links that leave a frame. Every page works without it.
"use strict";

(() => {
  const root = document.documentElement;
  const items = () => [...document.querySelectorAll("[data-item]")];
  const current = () => document.activeElement.closest("[data-item]");
  const say = (text) => { document.getElementById("said").textContent = text; };

  function move(step) {
    const all = items();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
    all[next].focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  }

  // A review is sent as its form says; the answer replaces the verdict in place.
  async function review(form, button) {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("verdict", button.value);
    const place = form.parentElement.querySelector(".verdict-place");
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (!answer.ok) { say(said.error); show(place, "rejected", said.error, ""); return; }
      show(place, said.verdict, said.label, said.by);
      place.dataset.verdict = said.verdict;
      say(said.said);
      form.querySelector("details").open = false;
    } catch {
      form.submit();
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  function show(place, verdict, label, by) {
    const word = document.createElement("strong");
    word.textContent = label;
    const who = document.createElement("span");
    who.className = "dim";
    who.textContent = ` ${by}`;
    const whole = document.createElement("span");
    whole.className = `verdict ${verdict}`;
    whole.append(word, who);
    place.replaceChildren(whole);
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form.review") && event.submitter) {
      event.preventDefault();
      review(event.target, event.submitter);
    }
  });

  function judge(selector) {
    const button = current()?.querySelector(selector);
    if (!button) return false;
    button.form.requestSubmit(button);
    return true;
  }

  function correct() {
    const details = current()?.querySelector("details.correct");
    if (!details) return false;
    details.open = true;
    details.querySelector("select").focus();
    return true;
  }

  function help() {
    const dialog = document.getElementById("keys");
    if (!dialog) return false;
    if (dialog.open) dialog.close(); else dialog.showModal();
    return true;
  }

  function find() {
    const field = document.getElementById("find");
    if (!field) { location.assign(`${root.dataset.base}/articles`); return true; }
    const closed = field.closest("details:not([open])");
    if (closed) closed.open = true;
    field.focus();
    field.select();
    return true;
  }

  const keys = {
    j: () => { move(1); return true; },
    k: () => { move(-1); return true; },
    o: () => { const link = current()?.querySelector("a.open"); link?.click(); return Boolean(link); },
    y: () => judge("button.yes"),
    n: () => judge("button.no"),
    c: correct,
    "/": find,
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const why of document.querySelectorAll(".why:hover, .why:focus-within")) why.classList.add("shut");
      return;
    }
    if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (keys[event.key]?.()) event.preventDefault();
  });

  if (window.matchMedia("(min-width: 64rem)").matches) {
    for (const details of document.querySelectorAll("[data-open-when-wide]")) details.open = true;
  }

  for (const why of document.querySelectorAll(".why")) {
    for (const leave of ["mouseleave", "focusout"]) why.addEventListener(leave, () => why.classList.remove("shut"));
  }

  document.getElementById("help-link")?.addEventListener("click", (event) => { if (help()) event.preventDefault(); });

  // Inside the Airflow UI the desk is in a frame that may not open windows; the page around it, of the same origin, may.
  if (window.parent !== window) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[target=_blank]");
      if (!link) return;
      try {
        const outside = window.parent.document.createElement("a");
        outside.href = link.href;
        outside.rel = "noopener noreferrer";
        outside.target = link.hasAttribute("data-same-site") ? "_self" : "_blank";
        window.parent.document.body.append(outside);
        outside.click();
        outside.remove();
        event.preventDefault();
      } catch { /* another origin around us: the link does what it can */ }
    });
  }
})();
