/** A table in its region takes a stop of the Tab key only while there is something to scroll sideways. */
export function watchRegions(scope) {
  for (const region of scope.querySelectorAll(".moei-table-region")) sizes.observe(region)
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0
    else target.removeAttribute("tabindex")
  }
})
