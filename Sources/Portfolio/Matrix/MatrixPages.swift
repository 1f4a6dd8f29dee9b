import Customers
import Kernel
import Web

/// One portfolio matrix: the map with its lines, the cells with their money, who is in one of them, and who is missing.
struct MatrixPage {
  /// The customers of the cell that is looked into.
  struct Listed: Sendable {
    let cell: MatrixAnswer.Cell?
    let all: Int
    let customers: [ID<Customer>]
  }

  let answer: MatrixAnswer
  let listed: Listed
  let names: [ID<Customer>: String]
  let visit: Visit
  var problem: Problem?

  private var format: Format { visit.viewer.format }
  private var kind: MatrixKind { answer.question.kind }

  /// The first 25 of a cell by sales; of the cell that asks for something where none is named.
  static func listed(_ answer: MatrixAnswer, cell id: String?) -> Listed {
    let urgent = ["bargainBasement", "bargainBasement-low", "key-difficult"]
    let found =
      answer.cells.first { $0.cell.id == id }
      ?? answer.cells.first { urgent.contains($0.cell.id) && !$0.content.customers.isEmpty }
      ?? answer.cells.first { !$0.content.customers.isEmpty }
    guard let found else { return Listed(cell: nil, all: 0, customers: []) }
    let members = Set(found.content.customers)
    let first = answer.rows.filter { members.contains($0.customer) }
      .sorted { ($1.sales.net, $0.customer) < ($0.sales.net, $1.customer) }.prefix(25)
    return Listed(cell: found.cell, all: members.count, customers: first.map(\.customer))
  }

  var html: HTML {
    Shell.page(
      title: kind.title, path: kind.path, viewer: visit.viewer, lead: lead, actions: actions,
      body: "\(kinds)\(refusal)\(body)")
  }

  private var isDrawn: Bool { answer.cells.contains { !$0.content.customers.isEmpty } }

  private var body: HTML {
    guard isDrawn else { return empty }
    return "\(map)\(gaps)\(list)\(save)"
  }

  private var refusal: HTML {
    guard let problem else { return HTML() }
    return "<p class=\"vc-form-problems\" role=\"alert\">\(words: problem.message) \(words: problem.mend)</p>"
  }

  private var lead: HTML {
    guard isDrawn else { return "After \(kind.authors). It cannot be drawn yet." }
    switch kind {
    case .shapiro, .turnbullZolkiewski:
      let costly = answer.cells.filter { $0.cell.id.hasPrefix("bargainBasement") }
      return costly.prefix(kind == .shapiro ? 1 : 0).html { cell, content in
        let shown = MatrixPicture.cell(cell, content, answer)
        return """
          \(CutMap.following(0, shown, .count, format)) customers pay little and cost much: \
          \(CutMap.following(0, shown, .sales, format)) of sales leave \
          \(CutMap.following(0, shown, .contribution, format)).
          """
      } + (kind == .shapiro ? HTML() : "Who pays well for what they take, and what else the relationship brings.")
    case .fiocca:
      let key = answer.cells.filter { $0.cell.id.hasPrefix("key-") }
      let count = key.reduce(0) { $0 + $1.content.customers.count }
      return
        "\(format.count(count, "account is", "accounts are")) key where the line stands; step 2 says how to treat them."
    }
  }

  private var actions: HTML {
    let decide = Address.path(
      "/decisions/new",
      [("analysis", kind.path), ("figure", (listed.cell?.id ?? "") + ".contribution")] + answer.question.parameters)
    return """
      \(LinkButton("Export", export, icon: "download", isDownload: true)) \
      \(LinkButton("Saved scenarios", SavedScenarioRoutes.path, icon: "bookmarks")) \
      \(LinkButton("Decide", decide, weight: .primary, icon: "gavel"))
      """
  }

  private var export: String { Address.path("\(kind.path)/customers.csv", answer.question.parameters) }

  private var kinds: HTML {
    Tabs(
      "Matrices", MatrixKind.allCases.map { Tabs.Tab($0.title, path: $0.path, isCurrent: $0 == kind, note: nil) }
    ).html
  }

  private var map: HTML {
    let picture = MatrixPicture(answer, names: names, format: format)
    let isGrouped = answer.rows.count - answer.unplaced.customers.count > MatrixPicture.mostAlone
    let note: HTML = """
      After \(kind.authors). Circles are customers by sales, \(format.period(answer.window)).\
      \(when: isGrouped, " The \(format.count(MatrixPicture.largestAlone)) largest stand alone, the others together where they lie close.")\
      \(when: kind != .fiocca, " A line that nobody moved stands at the median.") Drag a line, or press arrow keys on it.\
      \(byProfit)
      """
    return picture.map(title, note: note, csv: export).html
  }

  private var title: String {
    switch kind {
    case .shapiro: "Where net price meets cost to serve"
    case .turnbullZolkiewski: "The same customers, apart by what the relationship is worth"
    case .fiocca: "Which accounts are key, and how close they are"
    }
  }

  private var byProfit: HTML {
    guard kind == .fiocca else { return HTML() }
    let other = Address.path(
      kind.path,
      answer.question.parameters.filter { $0.0 != "by" } + [("by", answer.byProfit ? "attractiveness" : "profit")])
    return answer.byProfit
      ? """
       Step 2 shows profitability in place of attractiveness (Yorke and Droussiotis); \
      <a href="\(url: other)">show rated attractiveness</a>.
      """
      : " <a href=\"\(url: other)\">Show profitability in place of attractiveness</a>."
  }

  // What is missing

  private var empty: HTML {
    let axis = answer.axes.first { $0.isEmpty }?.scale ?? kind.scales.first
    switch axis {
    case .price:
      return EmptyState(
        "There are no list prices in the data",
        reason: """
          Net price is what a customer paid of the list price. Import purchases whose lines carry a column “list price”; \
          discounts and quantities stay as they are.
          """, icon: "receipt", action: LinkButton("Import purchases", "/imports/new", weight: .primary).html
      ).html
    case .cost:
      return EmptyState(
        "What serving costs is not known",
        reason: "Enter the gross margin, or bring unit costs, and enter what an order or a visit costs you.",
        icon: "adjustments", action: LinkButton("Enter assumptions", AssumptionRoutes.path, weight: .primary).html
      ).html
    case .relationship:
      return EmptyState(
        "What the relationships are worth is not known",
        reason: "Rate what accounts bring beside money on their pages, or confirm who matters and why.", icon: "star",
        action: LinkButton("Rate accounts", "/customers", weight: .primary).html
      ).html
    default:
      return EmptyState(
        "Nothing is known of \(axis?.title.lowercased() ?? "the accounts")",
        reason:
          "Rate accounts from 1 to 5 on their pages; visits, tickets and returns in the data stand in where they are.",
        icon: "star", action: LinkButton("Choose an account", "/customers", weight: .primary).html
      ).html
    }
  }

  private var gaps: HTML {
    let content = answer.unplaced
    guard !content.customers.isEmpty else { return HTML() }
    let why = answer.gaps.map { "\($0.what) (\(format.count($0.customers)))" }
    return """
      <p class="vc-card vc-cut-unplaced">\(Icon("help-circle")) \
      \(format.count(content.customers.count, "customer is", "customers are")) not placed, with sales of \
      \(CutMap.money(content.sales, format)). Missing: \(Format.list(why)).</p>
      """
  }

  // Who

  private var list: HTML {
    guard let cell = listed.cell else { return HTML() }
    let (answer, names, format, currency) = (answer, names, format, answer.currency)
    let places = Dictionary(
      answer.rows.enumerated().map { ($1.customer, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = listed.customers.compactMap { places[$0] }
    let axes: [ListTable<Int>.Column] = answer.axes.map { axis in
      .init(axis.title, isNumber: true) { place -> HTML in
        guard let value = axis.values[place] else { return "missing" }
        guard value.isFinite else { return "no margin" }
        return axis.scale.isShare ? "\(format.percent(value))" : "\(format.number(value))"
      }
    }
    return """
      <section><h2>\(words: cell.word)</h2>\(ListTable(
        "\(format.count(rows.count)) of \(format.count(listed.all, "customer", "customers")), those with most sales first",
        rows: rows,
        columns: [
          .init("Customer", onCard: .title) { place -> HTML in
            "<a href=\"/customers/\(answer.rows[place].customer)\">\(names[answer.rows[place].customer] ?? "Customer")</a>"
          }
        ] + axes + [
          .init("Sales", isNumber: true, onCard: .fact) { "\(format.money(Money(minor: answer.rows[$0].sales.net, currency)))" },
          .init("Contribution", isNumber: true, onCard: .fact) { place -> HTML in
            let minor = answer.rows[place].contribution
            let grade = EvidenceMark(answer.grade(of: answer.rows[place].customer))
            return "\(minor.map { format.money(Money(minor: $0, currency)) } ?? "missing") \(grade)"
          },
          .init("Ratings", onCard: .fact) { "<a href=\"\(url: RatingRoutes.path(answer.rows[$0].customer))\">Rate</a>" },
        ], state: ListState(path: kind.path), empty: EmptyState("Nobody", reason: "No customer is in this cell.")))</section>
      """
  }

  private var save: HTML {
    SaveScenario(
      subject: .matrix(kind),
      fields: kind.lines.map { line in
        (line.rawValue, answer.question.lines[line].map(MatrixQuestion.text) ?? "")
      } + [("by", answer.question.parameters.first { $0.0 == "by" }?.1 ?? "")], visit: visit
    ).html
  }
}

extension MatrixPicture {
  static func cell(
    _ cell: MatrixAnswer.Cell, _ content: MatrixAnswer.Content, _ answer: MatrixAnswer
  ) -> CutMap.Cell {
    CutMap.Cell(
      cell.word, calls: cell.calls, id: cell.id, x: cell.x, y: cell.y,
      content: CutMap.Content(
        customers: content.customers.count, sales: content.sales,
        contribution: answer.hasContribution ? content.contribution : nil))
  }
}
