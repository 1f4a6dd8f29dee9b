import Customers
import Kernel
import Web

/// Every customer as it is handed on, narrowed and ordered as asked.
struct AssignmentListPage {
  let book: AssignmentBook
  let found: AssignmentQuestion.Found
  let question: AssignmentQuestion
  let names: [ID<Customer>: String]
  let visit: Visit
  /// The version the rows are of; nil for today.
  var version: Version?

  private var format: Format { visit.viewer.format }
  private var path: String { version.map { VersionRoutes.path(of: $0.id) } ?? AssignmentRoutes.path }

  var html: HTML {
    Shell.page(
      title: "Assignments", path: AssignmentRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(LinkButton("Export", export, icon: "download", isDownload: true)) \
        \(LinkButton("Versions", VersionRoutes.path, icon: "history"))
        """,
      body: table)
  }

  private var lead: String {
    let weak = book.rows.count { $0.override == nil && ($0.distance ?? 1) < AssignmentQuestion.weakDistance }
    let overruled = book.rows.count { $0.override != nil }
    let people = overruled == 0 ? "nobody was overruled" : "people overruled the rules on \(format.count(overruled))"
    return """
      What the first stage hands on, as of \(format.day(book.asOf)): \(format.count(weak)) of \
      \(format.count(book.rows.count, "customer", "customers")) would change strategy first, and \(people).
      """
  }

  private var export: String {
    Address.path(version == nil ? "/portfolio/assignments.csv" : "\(path)/rows.csv", question.filters)
  }

  private var chips: [ListState.Chip] {
    let words: [(String, String)] = [
      ("strategy", question.heading.map { "standing under “\($0.title)”" } ?? ""),
      ("kind", question.kind.map { "mattering as \($0.word.lowercased())" } ?? ""),
      ("segment", question.segment.map { "of the segment \($0)" } ?? ""),
      ("undecided", question.isUndecided ? "undecided" : ""), ("weak", question.isWeak ? "weak calls" : ""),
      ("overruled", question.isOverruled ? "overruled" : ""),
    ]
    return words.filter { !$0.1.isEmpty }.map { name, words in
      .init(words, without: Address.path(path, question.filters.filter { $0.0 != name }))
    }
  }

  private var filters: HTML {
    let segments = Set(book.rows.compactMap(\.segment)).sorted().prefix(200)
    func select(_ name: String, _ label: String, _ options: [Field.Option]) -> Field {
      Field(
        name, label, .select([Field.Option("", "All")] + options),
        value: question.filters.first { $0.0 == name }?.1 ?? "")
    }
    let choices = [Field.Option("1", "Only these")]
    var fields = [
      select("strategy", "Stands under", StrategyHeading.allCases.map { .init($0.rawValue, $0.title) }),
      select("kind", "Matters as", SignificanceKind.allCases.map { .init($0.rawValue, $0.word) }),
      select("undecided", "Undecided", choices), select("weak", "Weak calls", choices),
      select("overruled", "Overruled by a person", choices),
    ]
    if !segments.isEmpty { fields.append(select("segment", "Segment", segments.map { .init($0, $0) })) }
    return Form(action: path, method: .get, csrf: "", submit: "Show them", fields: fields).html
  }

  var table: HTML {
    let hasSegments = book.rows.contains { $0.segment != nil }
    return ListTable(
      "\(format.count(found.total)) of \(format.count(book.rows.count, "customer", "customers"))",
      rows: found.page.rows, columns: columns(hasSegments: hasSegments),
      state: ListState(
        path: path, parameters: question.filters, sort: question.order.rawValue,
        isDescending: question.isDescending, next: found.page.next, chips: chips),
      empty: EmptyState(
        "Nobody fits", reason: "No customer stands so.", icon: "search",
        action: LinkButton("Show all customers", path).html), filters: filters
    ).html
  }

  private func columns(hasSegments: Bool) -> [ListTable<PortfolioAssignment>.Column] {
    let (names, format, currency) = (names, format, book.currency)
    let segment = ListTable<PortfolioAssignment>.Column("Segment") { "\($0.segment)" }
    return [
      .init("Customer", onCard: .title) { row -> HTML in
        "<a href=\"\(url: AssignmentRoutes.page(of: row.customer))\">\(names[row.customer] ?? row.name ?? row.externalID)</a>"
      },
      .init("Strategy", sort: "strategy", onCard: .fact) { StrategyWords(row: $0).html },
      .init("Would become", sort: "distance", hint: "Sorted by how near the figure is to its line") { row in
        row.isUndecided ? "" : "\(words: row.runnerUp?.word)"
      },
      .init("Matters as") { row in "\(Format.list(row.standingKinds.map { $0.kind.word.lowercased().translated }))" },
    ] + (hasSegments ? [segment] : []) + [
      .init("Net sales", isNumber: true, sort: "sales", startsDescending: true) {
        "\(format.money(Money(minor: $0.sales, currency)))"
      },
      .init("Contribution", isNumber: true, sort: "contribution", startsDescending: true, onCard: .fact) {
        row -> HTML in
        guard let minor = row.contribution else { return "<span class=\"vc-missing\">missing</span>" }
        return "\(format.money(Money(minor: minor, currency))) \(EvidenceMark(row.grade))"
      },
      .init("Lifetime value", isNumber: true, sort: "value", startsDescending: true, onCard: .fact) { row -> HTML in
        guard let value = row.value else { return "<span class=\"vc-missing\">missing</span>" }
        guard let low = row.low, let high = row.high else { return "\(format.money(value, currency))" }
        return """
          \(format.money(value, currency))<br><small class="text-secondary">\(format.money(low, currency)) to \
          \(format.money(high, currency))</small>
          """
      },
    ]
  }
}

/// A strategy in words: what counts, what waits, between which it is open.
struct StrategyWords: Part {
  let row: PortfolioAssignment

  var html: HTML {
    if row.isUndecided {
      let between = Format.list(row.between.map { $0.word.lowercased().translated }, or: true)
      return "\(words: row.heading.title): <span class=\"text-secondary\">\(between)</span>"
    }
    let by = row.override.map { "\n\(Badge("set by \($0.by)", .note, icon: "user-edit"))" as HTML }
    let refused: HTML = row.ending == .rejected ? " \(Badge("ending refused", .note, icon: "x"))" : HTML()
    return "\(words: row.heading.title)\(by)\(refused)"
  }
}
