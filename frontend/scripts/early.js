// Runs before the page is drawn: lets the stylesheet lay out the collapsed menu at once.
document.documentElement.classList.add("moei-js")
