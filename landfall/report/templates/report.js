// Parts that fold open all at once, and at links that lead to them. Without script each is opened by hand.
(function () {
  "use strict";
  var all = document.getElementById("unfold");
  all.parentNode.hidden = false;
  all.addEventListener("change", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = all.checked; });
  });

  function reveal() {
    var target = document.getElementById(location.hash.slice(1));
    var part = target && target.querySelector(":scope > details");
    if (part) { part.open = true; target.scrollIntoView(); }
  }

  window.addEventListener("hashchange", reveal);
  reveal();
}());
// What scrolls sideways is reached by the keyboard.
(function () {
  "use strict";
  function reach() {
    document.querySelectorAll(".scroll, figure, table").forEach(function (part) {
      if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === "auto") { part.tabIndex = 0; }
    });
  }
  window.addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  reach();
}());
// Sorting and filtering of the ranked table. Without script the table stands in the order of rank.
(function () {
  "use strict";
  var table = document.getElementById("ranked");
  if (!table) { return; }
  var body = table.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var filter = document.getElementById("filter");
  var only = document.getElementById("only-flagged");
  var shown = document.getElementById("shown");
  var texts = new Map(rows.map(function (row) { return [row, (row.textContent + " " + row.dataset.search).toLowerCase()]; }));

  function compare(column, numeric) {
    return function (a, b) {
      var x = a.cells[column].dataset.key, y = b.cells[column].dataset.key;
      if (numeric) { return Number(x) - Number(y); }
      return x < y ? -1 : x > y ? 1 : 0;
    };
  }

  function sort(button) {
    var head = button.parentNode;
    var column = Number(button.dataset.column), numeric = button.dataset.kind === "number";
    var was = head.getAttribute("aria-sort");
    var down = was === "none" ? numeric && column > 0 : was === "ascending";
    table.querySelectorAll("th").forEach(function (th) { th.setAttribute("aria-sort", "none"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    var order = compare(column, numeric), rank = compare(0, true);
    rows.sort(function (a, b) { return (down ? -1 : 1) * order(a, b) || rank(a, b); });
    rows.forEach(function (row) { body.appendChild(row); });
  }

  function show() {
    var words = filter.value.toLowerCase().split(/\s+/).filter(Boolean), count = 0;
    rows.forEach(function (row) {
      var text = texts.get(row);
      var keep = words.every(function (word) { return text.indexOf(word) >= 0; });
      keep = keep && (!only.checked || row.classList.contains("flagged"));
      row.hidden = !keep;
      count += keep ? 1 : 0;
    });
    shown.textContent = count.toLocaleString("en") + " shown of " + Number(table.dataset.total).toLocaleString("en");
  }

  table.querySelectorAll("thead button").forEach(function (button) {
    button.addEventListener("click", function () { sort(button); });
  });
  filter.addEventListener("input", show);
  only.addEventListener("change", show);
  show();
}());
