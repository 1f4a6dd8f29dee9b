import Customers
import Kernel
import Web

/// What became of the customers between two portfolios, with the way down to those who moved.
struct ComparisonPage {
  let comparison: VersionComparison
  let sides: ComparisonSides
  let question: ComparisonQuestion
  let found: ComparisonQuestion.Found
  let names: [ID<Customer>: String]
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "What changed", path: VersionRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Versions", VersionRoutes.path)] + crumb, lead: HTML(words: lead),
      actions: LinkButton("Versions", VersionRoutes.path, icon: "history").html,
      body: """
        <div class="row row-cards"><div class="col-lg-7">\(flow)</div><div class="col-lg-5">\(reasons)</div></div>
        <section id="moved"><h2>Who moved</h2>\(table)</section>
        """)
  }

  private var crumb: [Crumb] {
    sides.before.version.map { [Crumb("As of \(format.day($0.asOf))", VersionRoutes.path(of: $0.id))] } ?? []
  }

  private func day(_ side: ComparisonSides.Side) -> String {
    guard let version = side.version else { return "today" }
    return version.note.isEmpty ? format.day(version.asOf) : "“\(version.note)”"
  }

  private func title(_ heading: StrategyHeading?, or other: String) -> String { heading?.title ?? other }

  private var lead: String {
    let (moved, kept) = (comparison.moves.count, comparison.moves.count + comparison.stayed)
    let span = "between \(day(sides.before)) and \(day(sides.after))"
    let (new, gone) = (comparison.new.count, comparison.gone.count)
    let others =
      new + gone == 0
      ? "Nobody is new and nobody is gone."
      : "\(format.count(new, "customer is", "customers are")) new, \(format.count(gone)) gone."
    guard let largest = comparison.streams.first(where: { $0.from != nil && $0.to != nil }) else {
      return "Nobody of \(format.count(kept, "customer", "customers")) moved \(span). \(others)"
    }
    return """
      \(format.count(moved)) of \(format.count(kept, "customer", "customers")) moved \(span), most of them \
      (\(format.count(largest.customers))) from \(title(largest.from, or: "").lowercased()) to \
      \(title(largest.to, or: "").lowercased()). \(others)
      """
  }

  private func link(_ parameters: [(String, String)]) -> String {
    Address.path(sides.path, [("with", sides.with)] + parameters) + "#moved"
  }

  private var flow: HTML {
    let streams = comparison.streams
    let moved = comparison.moves.count
    return Chart(
      id: "moves",
      title: moved == 0 ? "Nobody moved" : "\(format.count(moved, "customer", "customers")) moved",
      note: "Those who stayed are left out. Press a stream to see who is in it.",
      kind: .flow(
        Chart.Flow(
          places: ["New"] + StrategyHeading.allCases.map(\.title) + ["Gone"],
          streams: streams.map { stream in
            Chart.Flow.Stream(
              from: title(stream.from, or: "New"), to: title(stream.to, or: "Gone"), size: Double(stream.customers),
              link: link([
                ("from", ComparisonQuestion.name(stream.from, or: "new")),
                ("to", ComparisonQuestion.name(stream.to, or: "gone")),
              ]))
          }, unit: .count, fromTitle: "Stood", toTitle: "Stands")),
      format: format
    ).html
  }

  private var reasons: HTML {
    let counts = comparison.reasons.sorted { ($1.value, $0.key.place) < ($0.value, $1.key.place) }
    guard let first = counts.first else {
      return EmptyState(
        "No reason to look for", reason: "Nobody who stands in both moved.", icon: "equal",
        action: LinkButton("All versions", VersionRoutes.path).html
      ).html
    }
    return Chart(
      id: "reasons", title: "What moved most: \(first.key.word.lowercased())",
      note: "The weightiest reason of each customer who moved.",
      kind: .bars(
        Chart.Bars(
          labels: counts.map(\.key.word), series: [Chart.Series("Customers", counts.map { Double($0.value) })],
          unit: .count, title: "Customers", isHorizontal: true,
          links: counts.map { link([("reason", $0.key.rawValue)]) })),
      format: format
    ).html
  }

  private var chips: [ListState.Chip] {
    func named(_ text: String) -> String { StrategyHeading(rawValue: text)?.title.lowercased() ?? text }
    let words: [(String, String)] = [
      ("from", question.from.map { $0 == "new" ? "new" : "stood under \(named($0))" } ?? ""),
      ("to", question.to.map { $0 == "gone" ? "gone" : "stand under \(named($0))" } ?? ""),
      ("reason", question.reason.map { "moved by: \($0.word.lowercased())" } ?? ""),
    ]
    return words.filter { !$0.1.isEmpty }.map { name, words in
      .init(words, without: link(question.filters.filter { $0.0 != name }))
    }
  }

  private var table: HTML {
    let (names, format, currency) = (names, format, comparison.after.currency)
    @Sendable func both(_ before: String?, _ after: String?) -> HTML {
      if before == after { return "\(after)" }
      return "<span class=\"text-secondary\">\(before ?? "none")</span> \(Icon("arrow-right")) \(after ?? "none")"
    }
    @Sendable func money(_ minor: Int64?) -> String? { minor.map { format.money(Money(minor: $0, currency)) } }
    return ListTable(
      "\(format.count(found.total, "customer", "customers")), those who contribute most first", rows: found.page.rows,
      columns: [
        .init("Customer", onCard: .title) { move -> HTML in
          let row = move.after ?? move.before
          return """
            <a href="\(url: AssignmentRoutes.page(of: move.customer))">\
            \(names[move.customer] ?? row?.name ?? row?.externalID ?? "")</a>
            """
        },
        .init("Moved", onCard: .fact) { both($0.before?.heading.title ?? "New", $0.after?.heading.title ?? "Gone") },
        .init("Why", onCard: .fact) { MoveWords(move: $0).html },
        .init("Net sales", isNumber: true) { both(money($0.before?.sales), money($0.after?.sales)) },
        .init("Contribution", isNumber: true, onCard: .fact) {
          both(money($0.before?.contribution), money($0.after?.contribution))
        },
        .init("Worth more than", isNumber: true, hint: "The share of customers that are worth less") { move in
          func share(_ row: PortfolioAssignment?) -> String? { row?.percentile.map { format.percent($0 / 100) } }
          return both(share(move.before), share(move.after))
        },
      ],
      state: ListState(
        path: sides.path, parameters: [("with", sides.with)] + question.filters, next: found.page.next, chips: chips),
      empty: EmptyState("Nobody", reason: "Everybody who stands in both stands where they stood.", icon: "equal")
    ).html
  }
}

/// Why a customer moved, in words.
struct MoveWords: Part {
  let move: VersionComparison.Move

  var html: HTML {
    if move.before == nil { return "was not there before" }
    if move.after == nil { return "is no longer there" }
    return Array(move.causes.prefix(3)).html { "<div>\(words($0))</div>" }
  }

  private func words(_ cause: VersionComparison.Cause) -> String {
    switch cause.reason {
    case .override:
      guard let set = move.after?.override else { return "an override was taken back" }
      return "\(set.by): \(set.reason)"
    case .ending:
      return move.after?.ending == .approved ? "ending was approved" : "ending was refused, or an answer taken back"
    case .verdict: return "a person's word on whether it matters"
    case .lines: return "the lines of the rules moved"
    default:
      guard let test = cause.test, let answer = answer(test) else { return cause.reason.word.lowercased() }
      return "\(test.question) \(answer)"
    }
  }

  /// The answer before and now.
  private func answer(_ test: StrategyTest) -> String? {
    guard let place = StrategyTest.allCases.firstIndex(of: test) else { return nil }
    func word(_ row: PortfolioAssignment?) -> String {
      let answers = Array(row?.answers.unicodeScalars ?? "".unicodeScalars)
      guard answers.indices.contains(place) else { return "not asked" }
      return switch answers[place] {
      case "y": "yes"
      case "n": "no"
      case "?": "not known"
      default: "not asked"
      }
    }
    return "\(word(move.before)), now \(word(move.after))"
  }
}
