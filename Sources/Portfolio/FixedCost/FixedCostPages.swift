import Customers
import Kernel
import Web

/// Who carries the fixed cost, and the test of taking some away.
struct FixedCostPage {
  let answer: FixedCost
  let removed: Removed
  /// Among consumers single customers are too small to look at: the page speaks of fifths.
  let isByFifths: Bool
  let largest: [FixedCost.Share]
  let turned: [FixedCost.Turned]
  let names: [ID<Customer>: String]
  let visit: Visit
  var problem: Problem?

  private var format: Format { visit.viewer.format }
  private static let path = FixedCostRoutes.path

  var html: HTML {
    Shell.page(
      title: "Fixed cost", path: Self.path, viewer: visit.viewer, lead: lead,
      actions: """
        \(LinkButton("Saved scenarios", SavedScenarioRoutes.path, icon: "bookmarks")) \
        \(LinkButton("Assumptions", AssumptionRoutes.path, icon: "adjustments")) \
        \(LinkButton("Decide", decide, weight: .primary, icon: "gavel"))
        """,
      body: "\(refusal)\(body)")
  }

  private var decide: String {
    Address.path("/decisions/new", [("analysis", Self.path), ("figure", "turnedNegative")] + removed.parameters)
  }

  private var refusal: HTML {
    guard let problem else { return HTML() }
    return "<p class=\"vc-form-problems\" role=\"alert\">\(words: problem.message) \(words: problem.mend)</p>"
  }

  private var lead: HTML {
    guard answer.count > 0, answer.fifths.first?.load.absorbed != nil else {
      return "Contribution is not known yet, so nobody can be seen to carry anything."
    }
    if isByFifths, let best = answer.fifths.first, let absorbed = best.load.absorbed {
      let used = best.load.used.map { " with \(format.percent($0)) of the capacity" } ?? ""
      return """
        The best fifth of customers absorb \(format.percent(absorbed)) of what carries the fixed cost\(used). By fifths, \
        because a single customer is too small to matter.
        """
    }
    let load = answer.magnet.load(of: answer.members(of: .largest(3)))
    let used = load.used.map { " with \(format.percent($0)) of the capacity" } ?? ""
    return
      "The three largest absorb \(load.absorbed.map { format.percent($0) } ?? "an unknown share") of what carries the fixed cost\(used)."
  }

  private var body: HTML {
    guard answer.count > 0 else {
      return EmptyState(
        "Nobody's contribution is known",
        reason:
          "Enter the gross margin and what an order, a line or a visit costs; then it shows who carries the rest.",
        icon: "adjustments", action: LinkButton("Enter assumptions", AssumptionRoutes.path, weight: .primary).html
      ).html
    }
    let cards = answer.figures(removed).map { FigureCard($0, format: format, formula: "/help/methods#f8") }
    return """
      \(FigureRow(cards))\(cost)\(test)
      \(shares)\(floors)\(turnedTable)\(save)
      """
  }

  // What is entered

  private var cost: HTML {
    let missing: HTML =
      answer.isTimed
      ? ""
      : """
      <p>\(Icon("help-circle")) Nobody counted minutes, so it is known what customers absorb but not what capacity they \
      use. <a href="\(url: AssumptionRoutes.path)">Enter the minutes of an order and of a line</a>, or bring visits and \
      calls with their minutes.</p>
      """
    let yearly = answer.yearly.map { format.money($0) }
    return """
      <section class="vc-card"><h2 class="vc-card-title">\(yearly.map { "Fixed cost of a year: \($0)" } ?? "What does a year cost before the first customer is served?")</h2>\
      \(missing)<form class="vc-cut-form" method="post" action="\(url: AssumptionRoutes.path)">\
      \(Form.hidden(csrf: visit.viewer.csrf, method: .put))\(Form.hidden("back", Self.path))\
      <div class="vc-cut-fields"><div class="vc-cut-field"><label class="vc-label" for="fixed-cost">Fixed cost of a year</label>\
      <div class="input-group"><input class="form-control" type="text" inputmode="decimal" id="fixed-cost" name="fixedCost" \
      value="\(answer.yearly.map { MatrixQuestion.text($0) } ?? "")"><span class="input-group-text">\(format.currency.code)</span></div></div></div>\
      <div class="vc-cut-end"><button type="submit" class="btn">Save</button></div></form></section>
      """
  }

  // The test

  private var most: Int { isByFifths ? 4 : min(50, max(1, answer.count - 1)) }

  private var position: Int {
    switch removed {
    case .largest(let count), .fifths(let count): min(most, count)
    case .chosen: 0
    }
  }

  private var isByHand: Bool { if case .chosen = removed { true } else { false } }

  private func removal(_ count: Int) -> Removed { isByFifths ? .fifths(count) : .largest(count) }

  private var test: HTML {
    guard answer.isTimed, answer.yearly != nil else { return HTML() }
    let words = (0...most).map { RemovalWords(answer.step(removal($0)), format: format) }
    let now = RemovalWords(answer.step(removed), format: format)
    let (field, unit) = isByFifths ? ("fifths", "best fifths") : ("top", "largest customers")
    return """
      <section class="vc-card vc-removal" data-removals data-answers="0" data-settled="">\
      <h2 class="vc-card-title">What if they left?</h2>\
      <form class="vc-cut-form" id="removal-form" method="get" action="\(url: Self.path)"><div class="vc-cut-fields">\
      <div class="vc-cut-field"><label class="vc-label" for="removal-count">Take away the \(words: unit)</label>\
      <input class="form-control" type="text" inputmode="numeric" id="removal-count" name="\(field)" \
      value="\(isByHand ? "" : "\(position)")" data-removal-field></div>\
      <input class="form-range vc-needs-scripts" type="range" min="0" max="\(most)" value="\(position)" data-removal-range \
      aria-label="How many of the \(words: unit) are taken away"></div>\
      <div class="vc-cut-end"><button type="submit" class="btn btn-primary">Apply</button></div></form>\
      <dl class="vc-facts" data-removal-words>\(RemovalWords.titles.html { key, title in
        "<div><dt>\(words: title)</dt><dd data-of=\"\(key)\">\(now.values[key] ?? "missing")</dd></div>"
      })</dl>\(when: isByHand, "<p>By hand: \(Format.list(chosenNames)).</p>")\
      <script type="application/json" data-removal-data>\(json: words.map(\.values))</script></section>
      """
  }

  private var chosenNames: [String] {
    guard case .chosen(let customers) = removed else { return [] }
    return customers.map { names[$0] ?? "customer \($0)" }
  }

  // The shares

  private var shares: HTML {
    let labels =
      isByFifths
      ? answer.fifths.map { $0.number == 1 ? "Best fifth" : $0.number == 5 ? "Last fifth" : "Fifth \($0.number)" }
      : largest.prefix(12).map { names[$0.row.customer] ?? "Customer" }
    let loads = isByFifths ? answer.fifths.map(\.load) : largest.prefix(12).map(\.load)
    var series = [Chart.Series("Absorbs", loads.map(\.absorbed))]
    if answer.isTimed { series.append(Chart.Series("Uses", loads.map(\.used))) }
    return Chart(
      id: "absorption",
      title: isByFifths ? "What each fifth carries, and what it uses" : "What the largest carry, and what they use",
      note: """
        Share of all positive contribution, and of all minutes, \(format.period(answer.window)).\
        \(when: isByFifths, " By fifths of the customers, ranked by contribution.")
        """,
      kind: .bars(
        Chart.Bars(labels: Array(labels), series: series, unit: .share, title: "Share", isHorizontal: true)),
      format: format
    ).html
  }

  private var floors: HTML {
    let (answer, names, format, isByHand) = (answer, names, format, isByHand)
    let chosen = answer.members(of: isByHand ? removed : .chosen([]))
    let mayTest = answer.isTimed && answer.yearly != nil
    @Sendable func share(_ value: Double?) -> HTML { value.map { "\(format.percent($0))" } ?? "n/a" }
    return """
      <section><h2>How far their price may fall</h2>\(ListTable(
        "The \(format.count(largest.count)) who absorb most. Floors are shares of what they pay today", rows: largest,
        columns: [
          .init("Customer", onCard: .title) { one -> HTML in
            let id = one.row.customer
            let link: HTML = "<a href=\"/customers/\(id)\">\(names[id] ?? "Customer")</a>"
            guard mayTest else { return link }
            return """
              <label class="vc-pick"><input class="form-check-input" type="checkbox" form="hand-form" name="customer" \
              value="\(id)"\(flag: "checked", chosen.contains(id)) aria-label="Take away \(names[id] ?? "customer")">\(link)</label>
              """
          },
          .init("Absorbs", isNumber: true, onCard: .fact) { share($0.load.absorbed) },
          .init("Uses", isNumber: true, onCard: .fact) { share($0.load.used) },
          .init("Ratio", isNumber: true, onCard: .fact) { one in one.load.ratio.map { "\(format.number($0, decimals: 2))" } ?? "n/a" },
          .init("Price floor", isNumber: true, onCard: .fact, hint: "Below it the customer carries nothing") { share(answer.floors($0.row)?.own) },
          .init("Full-cost floor", isNumber: true, hint: "Below it the customer carries less than its part") { share(answer.floors($0.row)?.full) },
        ],
        state: ListState(path: Self.path), empty: EmptyState("Nobody absorbs anything", reason: "Nobody's contribution is above zero."),
        actions: mayTest ? hand : HTML()))</section>
      """
  }

  private var hand: HTML {
    """
    <form id="hand-form" method="get" action="\(url: Self.path)"><button type="submit" class="btn">Take away those ticked</button></form>
    """
  }

  private var turnedTable: HTML {
    guard answer.isTimed, answer.yearly != nil else { return HTML() }
    let (names, format, scale) = (names, format, Double(answer.currency.minorPerMajor))
    return """
      <section><h2>Who would turn negative</h2>\(ListTable(
        "\(format.count(min(20, turned.count))) of \(format.count(turned.count, "customer", "customers")), those who miss most first",
        rows: Array(turned.prefix(20)),
        columns: [
          .init("Customer", onCard: .title) { one -> HTML in
            "<a href=\"/customers/\(one.row.customer)\">\(names[one.row.customer] ?? "Customer")</a>"
          },
          .init("After full cost now", isNumber: true, onCard: .fact) { "\(format.money($0.before / scale))" },
          .init("Then", isNumber: true, onCard: .fact) { "\(format.money($0.after / scale))" },
          .init("Price would have to rise by", isNumber: true, onCard: .fact) { one in
            one.row.sales.net > 0 ? "\(format.percent(-one.after / Double(one.row.sales.net)))" : "n/a"
          },
        ], state: ListState(path: Self.path),
        empty: EmptyState("Nobody turns negative", reason: "The rest still cover their full cost.", icon: "check")))</section>
      """
  }

  private var save: HTML {
    guard answer.isTimed, answer.yearly != nil else { return HTML() }
    return SaveScenario(subject: .fixedCost, fields: removed.parameters, visit: visit).html
  }
}

/// One place of the slider in words.
struct RemovalWords {
  static let titles = [
    ("removed", "Taken away"), ("turned", "Turn negative"), ("lost", "Contribution lost"), ("freed", "Capacity freed"),
    ("rise", "Others would pay more by"),
  ]

  let values: [String: String]

  init(_ step: FixedCost.Step?, format: Format) {
    guard let step else {
      values = ["removed": "all who use capacity", "turned": "n/a", "lost": "n/a", "freed": "n/a", "rise": "n/a"]
      return
    }
    let lost = Double(step.lost) / Double(format.currency.minorPerMajor)
    values = [
      "removed": format.count(step.removed, "customer", "customers"),
      "turned": "\(format.count(step.turnedNegative)) of \(format.count(step.remaining))",
      "lost": format.money(lost, decimals: 0), "freed": step.freed.map { format.percent($0) } ?? "n/a",
      "rise": step.rise.map { format.percent($0) } ?? "n/a",
    ]
  }
}
