"use strict";
// The finder: filters the list of communes as one types. Without diacritics it
// offers every name that reads so; with them only the names spelt so, as long
// as there are any.
(() => {
  const input = document.getElementById("tim");
  const said = document.getElementById("tim-kq");
  const rows = Array.from(document.querySelectorAll("#xa tbody tr"));
  const exact = (s) => s.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
  const plain = (s) => exact(s).normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
  const names = rows.map((tr) => {
    const name = tr.cells[0].textContent;
    const text = name + " · " + tr.cells[1].textContent;
    return { tr, name, exact: exact(text), plain: plain(text) };
  });
  const find = () => {
    const asked = exact(input.value);
    if (!asked) {
      names.forEach((n) => { n.tr.hidden = false; });
      said.textContent = "";
      return;
    }
    let found = asked === plain(asked) ? [] : names.filter((n) => n.exact.includes(asked));
    let how = "";
    if (!found.length) {
      found = names.filter((n) => n.plain.includes(plain(asked)));
      if (found.length && asked !== plain(asked)) how = " (không có tên viết đúng dấu như vậy)";
    }
    const shown = new Set(found);
    names.forEach((n) => { n.tr.hidden = !shown.has(n); });
    const list = found.slice(0, 6).map((n) => n.name.trim()).join(", ");
    said.textContent = found.length
      ? "Tìm thấy " + found.length + " xã" + how + ": " + list + (found.length > 6 ? "…" : "")
      : "Không có xã nào tên như vậy.";
  };
  input.addEventListener("input", find);
  input.addEventListener("keydown", (e) => {
    if (e.key === "Escape") { input.value = ""; find(); }
  });
  // A link may carry what to look for: bao-cao.html#tim=phu thanh
  const linked = () => {
    const m = /^#tim=(.*)$/.exec(location.hash);
    if (!m) return;
    try { input.value = decodeURIComponent(m[1]); } catch { input.value = m[1]; }
    find();
    document.getElementById("s-xa").scrollIntoView();
  };
  document.getElementById("tim-o").hidden = false;
  window.addEventListener("hashchange", linked);
  linked();
})();
