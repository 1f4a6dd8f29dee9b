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
      id: "f1", title: "F1 Contribution and cost to serve",
      words: """
        Net sales less the cost of goods, or less the entered margin where that is unknown, give the gross margin. Serving \
        costs what was counted (orders, lines, visits in minutes, deliveries, tickets …) times the entered rates, what \
        was spent on the customer directly, and the wait for its money. What nobody counted is missing, never zero. A minute \
        without an entered price costs what its pool costs a minute that can be worked; what of a pool nobody used is \
        charged to nobody.
        """,
      formula: "contribution = gross margin − Σ (count × rate) − direct cost − average receivable × cost of capital"),
    Method(
      id: "f2", title: "F2 Share curve",
      words: """
        Customers are ranked by what they bought in the window, returns taken off. The curve adds their values up. The \
        top 20 % are the smallest whole number of customers that is at least 20 % of them. The Gini coefficient sums the \
        distance of the curve from equality.
        """,
      formula: "S(k) = (v₁ + … + vₖ) ÷ (v₁ + … + vₙ), best first; Gini = 2·Σ i·x₍ᵢ₎ ÷ (n·Σx) − (n + 1) ÷ n, ascending"),
    Method(
      id: "f3", title: "F3 Whale curve",
      words: """
        The share curve of contribution. It rises above 100 % as long as customers earn something and falls where they \
        cost more than they bring; the height above 100 % is what losses destroy.
        """, formula: "S(k) = (c₁ + … + cₖ) ÷ (c₁ + … + cₙ), best first; peak = max S(k)"),
    Method(
      id: "f4", title: "F4 Lifetime value under contract",
      words: """
        Where a contract says whether a customer is still there, its margin of a year is counted in monthly parts, each \
        kept with the chance of having stayed so long, and discounted. How many contracts are kept for another year is \
        observed where at least 30 ran a year ago, and entered else. Without end it is margin × r ÷ (1 + d − r).
        """, formula: "CLV = Σₜ margin ÷ 12 × r^(t÷12) ÷ (1 + d)^(t÷12), t = 1 … months"),
    Method(
      id: "f5", title: "F5 Lifetime value without a contract",
      words: """
        A model of buying, fitted to how often, how lately and how long each customer has bought, says how many orders to \
        expect; a model of spend says what one is worth. Months ahead are discounted. Which model speaks is tested on \
        spans it has not seen; with too few customers there is none. The interval holds nine in ten outcomes. The margin is \
        the customer’s own, drawn towards that of all the more, the fewer its orders: it counts n ÷ (n + 10).
        """,
      formula: "CLV = Σₖ (E[orders by month k] − E[orders by month k−1]) × E[order value] × margin ÷ (1 + d)^(k÷12)"),
    Method(
      id: "f6", title: "F6 Customer equity",
      words: """
        The lifetime values of all of today’s customers together. Over time it is taken at the end of each quarter, the \
        model fitted to what was known then. Return on customer is what a quarter earned and added to it, over what \
        there was at its start; it has no meaning where that is 0 or less.
        """, formula: "CE = Σ CLVᵢ; ROC = (profit + CE at the end − CE at the start) ÷ CE at the start"),
    Method(
      id: "f7", title: "F7 Cost of managing customers",
      words: "Cost to serve as a share of net sales. It should fall without satisfaction falling.",
      formula: "Σ cost to serve ÷ Σ net sales"),
    Method(
      id: "f8", title: "F8 Strategically significant customers",
      words: """
        A customer matters by its lifetime value (the fewest who hold half of customer equity, and earn something), as a \
        benchmark others follow, as an inspiration whose ideas were carried out, or as a cost magnet that carries fixed \
        cost. Detectors propose with evidence; a person confirms or rejects.
        """, formula: "share = customers significant in any way ÷ all customers"),
    Method(
      id: "f9", title: "F9 Segments",
      words: """
        A segment is a rule over traits and figures; a customer is in the first segment whose rule holds. k-means takes \
        standardised measures, money, counts and days by their logarithm, and keeps the number of groups with the \
        highest mean silhouette of those without a group below 2 %. Attractiveness is the weighted mean of what is \
        measured or rated.
        """, formula: "silhouette = (b − a) ÷ max(a, b); attractiveness = 100 × (mean of items − 1) ÷ 4"),
    Method(
      id: "f9b", title: "F9b Recency, frequency, money",
      words: """
        Each customer gets 1 to 5 on how recently, how often and for how much they bought. A score means that at least \
        that many fifths less one are strictly worse; equal customers get equal scores.
        """, formula: "score = 1 + ⌊5 × (customers strictly worse) ÷ n⌋"),
    Method(
      id: "f10", title: "F10 Key accounts",
      words: """
        Items rated 1 to 5 make an axis from 0 to 100; a figure of the data goes before a rating, by the share of other \
        accounts that have less. Step 1 cuts importance and difficulty at 50; step 2 takes the key accounts alone. It \
        ignores profit, so contribution stands beside it.
        """, formula: "axis = 100 × (weighted mean − 1) ÷ 4"),
    Method(
      id: "f11", title: "F11 Price, cost to serve, relationship",
      words: """
        Net price is what was paid of list price, cost to serve stands against gross margin, relationship value is rated \
        or the best score of significance. Lines stand at the median until somebody moves them.
        """, formula: "Σ paid ÷ Σ list; cost to serve ÷ gross margin"),
    Method(
      id: "f12", title: "F12 The seven core strategies",
      words: """
        Start, win back, re-engineer, end, protect, enhance, harvest: the first rule that fits is the customer's. Where a \
        missing fact decides between two, the customer stays undecided and the fact is named. Nobody is ended on an \
        assumed cost, nor without a person's approval.
        """,
      formula: "standing, contribution, value V, risk R, rival T, share of wallet and open wallet G, in that order"),
    Method(
      id: "f13", title: "F13 Sales forecast",
      words: """
        Naive, moving average and smoothing forecast each of the last 13 weeks from those before; the one that was least \
        wrong forecasts the next.
        """, formula: "error = mean of |actual − forecast| ÷ actual"),
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
          <section class="vc-card" id="\(method.id)"><h2 class="vc-card-title">\(words: method.title)</h2><p>\(words: method.words)</p>\
          <p><code>\(words: method.formula)</code></p></section>
          """
        }))
  }
}
