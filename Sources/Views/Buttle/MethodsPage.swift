import Kernel
import Web

/// The methods behind the figures, in words and as formulas.
package struct MethodsPage {
  let visit: Visit

  package static let route = Route(
    .get, "/help/methods", .signedIn, "The methods behind the figures.", isInAPI: false
  ) { visit in
    .page(MethodsPage(visit: visit).html)
  }

  private struct Method: Sendable {
    let id: String
    let title: String
    let words: String
    let formula: String
  }

  private static let methods = [
    Method(
      id: "f2", title: "F2 Share curve",
      words: """
        Customers are ranked by what they bought in the window, returns taken off. The curve adds their values up. The \
        top 20 % are the smallest whole number of customers that is at least 20 % of them. The Gini coefficient sums the \
        distance of the curve from equality.
        """,
      formula: "S(k) = (v₁ + … + vₖ) ÷ (v₁ + … + vₙ), best first; Gini = 2·Σ i·x₍ᵢ₎ ÷ (n·Σx) − (n + 1) ÷ n, ascending"),
    Method(
      id: "f9b", title: "F9b Recency, frequency, money",
      words: """
        Each customer gets 1 to 5 on how recently, how often and for how much they bought. A score means that at least \
        that many fifths less one are strictly worse; equal customers get equal scores.
        """, formula: "score = 1 + ⌊5 × (customers strictly worse) ÷ n⌋"),
    Method(
      id: "f27", title: "F27 Retention",
      words: """
        The base are customers with an order in the first period; kept are those with one in the second. Sales kept \
        weights each with first-period sales; net revenue retention compares what the base bought in both. The interval \
        is Wilson's, 95 %.
        """, formula: "raw = |K| ÷ |B|; sales kept = Σ_K s₁ ÷ Σ_B s₁; net = Σ_B s₂ ÷ Σ_B s₁"),
    Method(
      id: "count", title: "Counts and sums",
      words:
        "Counted or added up from the purchases that were not cancelled; returns reduce value and never count as purchases.",
      formula: "Σ"),
    Method(
      id: "declared", title: "Declared", words: "Somebody entered it; the page says who and when.",
      formula: "as entered"),
  ]

  var html: HTML {
    Shell.page(
      title: "How figures are made", path: "/help/methods", viewer: visit.viewer, width: .narrow,
      body: HTML.joined(
        MethodsPage.methods.map { method in
          """
          <section class="vc-card" id="\(method.id)"><h2 class="vc-card-title">\(method.title)</h2><p>\(method.words)</p>\
          <p><code>\(method.formula)</code></p></section>
          """
        }))
  }
}
