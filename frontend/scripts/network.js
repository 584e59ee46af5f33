// The drawing of what stands beside an entity. Everything it shows stands in the table below it too.
import cytoscape from "cytoscape"
import fcose from "cytoscape-fcose"

cytoscape.use(fcose)

const INK = "#1b2a33"
const PAPER = "#ffffff"
const LINE = "#6b7580"
const TEAL = "#0b6b74"
// A shape for each kind, so that nothing rests on colour alone.
const SHAPES = {
  person: "ellipse", company: "round-rectangle", place: "pentagon", advert: "tag", phone: "diamond", handle: "hexagon",
  account: "rectangle", wallet: "octagon", vehicle: "vee",
}

// The one rule that cytoscape would write into the page stands in our styles: pages take no styles from scripts.
const own = document.createElement("template")
own.id = "__________cytoscape_stylesheet"
document.head.append(own)

const style = [
  {
    selector: "node",
    style: {
      label: "data(label)", shape: (node) => SHAPES[node.data("kind")] ?? "ellipse", "background-color": PAPER,
      "border-color": TEAL, "border-width": 2, color: INK, "font-family": "Noto Sans, sans-serif", "font-size": (node) => 11 + 5 * Math.sqrt(node.data("voices") - 1),
      "text-wrap": "wrap", "text-overflow-wrap": "anywhere", "text-max-width": (node) => 120 + 60 * Math.sqrt(node.data("voices")), "text-valign": "bottom", "text-margin-y": 4,
      "text-background-color": PAPER, "text-background-opacity": 0.85,
      // Who was mentioned by many is named from afar, the others when one comes nearer.
      "min-zoomed-font-size": 9,
      width: (node) => 16 + 8 * Math.sqrt(node.data("voices")), height: (node) => 16 + 8 * Math.sqrt(node.data("voices")),
    },
  },
  { selector: "node[?centre]", style: { "background-color": TEAL, "font-weight": "bold" } },
  { selector: "node:selected", style: { "border-width": 6, "border-color": INK } },
  { selector: "edge", style: { width: 1, "line-color": "#c9c1b2", "curve-style": "haystack" } },
  {
    selector: "edge[?stated]",
    style: {
      width: (edge) => 1 + Math.min(4, Math.log2(1 + edge.data("weight"))), "line-color": LINE, "curve-style": "bezier",
      "target-arrow-shape": "triangle", "target-arrow-color": LINE,
    },
  },
  { selector: "edge:selected", style: { label: "data(role)", "line-color": INK, color: INK, "font-size": 14 } },
]

async function draw(box) {
  const opened = []
  const chosen = box.querySelector(".moei-network__chosen")
  const open = box.querySelector("[data-network-open]")
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
  box.hidden = false
  const graph = cytoscape({ container: box.querySelector(".moei-network__drawing"), style, wheelSensitivity: 0.3 })

  async function load() {
    const query = opened.map((fact) => `more=${encodeURIComponent(fact)}`).join("&")
    const answer = await fetch(`${box.dataset.network}${query ? `?${query}` : ""}`, { headers: { Accept: "application/json" } })
    if (!answer.ok) throw new Error(String(answer.status))
    const { nodes, edges } = await answer.json()
    graph.elements().remove()
    graph.add(nodes.map((data) => ({ group: "nodes", data })))
    graph.add(edges.map((data, number) => ({ group: "edges", data: { id: `e${number}`, ...data } })))
    const layout = graph.layout({
      name: "fcose", quality: "proof", animate: !calm && nodes.length < 60, randomize: true, padding: 20,
      // Labels take room too; what was only said together pulls less than what was said to belong together.
      nodeDimensionsIncludeLabels: true, nodeSeparation: 150, nodeRepulsion: 20000,
      idealEdgeLength: (edge) => (edge.data("stated") ? 90 : 220),
      edgeElasticity: (edge) => (edge.data("stated") ? 0.45 : 0.05),
    })
    const settled = layout.promiseOn("layoutstop")
    layout.run()
    await settled
    graph.fit(undefined, 20)
  }

  function say(node) {
    chosen.replaceChildren()
    open.disabled = !node
    if (!node) return
    const link = document.createElement("a")
    link.className = "govuk-link"
    link.href = node.data("url")
    link.textContent = node.data("label")
    chosen.append(`${node.data("kindWords")}: `, link, ` (${node.data("voices")} ${chosen.dataset.people})`)
  }

  graph.on("select", "node", (event) => say(event.target))
  graph.on("unselect", "node", () => say(graph.nodes(":selected")[0]))
  open.addEventListener("click", () => {
    const fact = graph.nodes(":selected")[0]?.data("fact")
    if (!fact || opened.includes(fact)) return
    opened.push(fact)
    say()
    load().catch(() => { box.hidden = true })
  })
  box.querySelector("[data-network-fit]").addEventListener("click", () => graph.fit(undefined, 20))
  await load()
  box.dataset.drawn = String(graph.nodes().length)
}

for (const box of document.querySelectorAll("[data-network]")) {
  // Without it the table is there still.
  draw(box).catch(() => { box.hidden = true })
}
