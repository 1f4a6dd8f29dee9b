import Customers
import Kernel
import Web

/// The form that keeps what a page shows under a name. Its fields follow the lines while they are dragged.
struct SaveScenario: Part {
  let subject: SavedScenario.Subject
  let fields: [(String, String)]
  let visit: Visit

  var html: HTML {
    guard visit.actor.may(.edit, .analysis) else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">Keep this</h2>\
      <form class="vc-cut-form" method="post" action="\(url: SavedScenarioRoutes.path)">\
      \(Form.hidden(csrf: visit.viewer.csrf))\(Form.hidden("subject", subject.rawValue))\
      \(fields.html { name, value in
        """
        <input type="hidden" name="\(name)" value="\(value)" data-cut-field="\(name)"\
        \(flag: "data-removal-field", name == "top" || name == "fifths")>
        """
      })<div class="vc-cut-fields"><div class="vc-cut-field"><label class="vc-label" for="scenario-name">Name of the scenario</label>\
      <input class="form-control" type="text" id="scenario-name" name="name" maxlength="120" autocomplete="off" required></div></div>\
      <div class="vc-cut-end"><button type="submit" class="btn">Save the scenario</button></div></form></section>
      """
  }
}

/// The list of saved scenarios.
struct SavedScenarioPage {
  let all: [SavedScenario]
  let visit: Visit
  var problem: Problem?
  /// What could not be saved under its name.
  var again: (subject: SavedScenario.Subject, parameters: [(String, String)])?

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Saved scenarios", path: SavedScenarioRoutes.path, viewer: viewer,
      lead: "Lines and removals kept under a name, to be set beside each other.",
      body: """
        \(refusal)\(again.map { SaveScenario(subject: $0.subject, fields: $0.parameters, visit: visit) })\(table)
        """)
  }

  private var refusal: HTML {
    guard let problem else { return HTML() }
    return "<p class=\"vc-form-problems\" role=\"alert\">\(words: problem.message) \(words: problem.mend)</p>"
  }

  private var table: ListTable<SavedScenario> {
    let viewer = visit.viewer
    let mayEdit = visit.actor.may(.edit, .analysis)
    return ListTable(
      "\(viewer.format.count(all.count, "scenario", "scenarios")), by page", rows: all,
      columns: [
        .init("Name", onCard: .title) { "<a href=\"\(url: "\(SavedScenarioRoutes.path)/\($0.id)")\">\($0.name)</a>" },
        .init("Of", onCard: .fact) {
          "<a href=\"\(url: Address.path($0.subject.path, $0.parameters))\">\(words: $0.subject.title)</a>"
        },
        .init("Sets", onCard: .fact) { "\(words: $0.words)" }, .init("By") { "\($0.by)" },
        .init("Saved") { viewer.time($0.at) },
        .init("") { row -> HTML in
          guard mayEdit else { return HTML() }
          return PostButton(
            "Delete", action: "\(SavedScenarioRoutes.path)/\(row.id)", csrf: viewer.csrf, method: .delete,
            weight: .quiet
          ).html
        },
      ],
      state: ListState(path: SavedScenarioRoutes.path),
      empty: EmptyState(
        "Nothing saved yet",
        reason: "Move the lines of a matrix, or take customers away on the page of fixed cost, and save.",
        icon: "bookmarks", action: LinkButton("Open the matrices", MatrixRoutes.path, weight: .primary).html))
  }
}

/// Two scenarios beside each other.
struct ScenarioComparisonPage {
  let scenario: SavedScenario
  let comparison: ScenarioComparison
  let others: [SavedScenario]
  let names: [ID<Customer>: String]
  let visit: Visit

  private var format: Format { visit.viewer.format }
  private var path: String { "\(SavedScenarioRoutes.path)/\(scenario.id)" }

  var html: HTML {
    Shell.page(
      title: scenario.name, path: SavedScenarioRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Saved scenarios", SavedScenarioRoutes.path)], lead: HTML(words: lead),
      actions: """
        \(LinkButton("Open it", Address.path(scenario.subject.path, scenario.parameters), icon: "eye")) \
        \(visit.actor.may(.edit, .analysis) ? PostButton("Delete", action: path, csrf: visit.viewer.csrf, method: .delete).html : HTML())
        """,
      body: "\(choices)\(chart)\(table)\(moves)")
  }

  private var lead: String {
    let who = format.count(comparison.moved, "customer moves", "customers move")
    return "\(who) against “\(comparison.left.title)”. This one: \(comparison.right.words)."
  }

  private var choices: HTML {
    Tabs(
      "Beside",
      [Tabs.Tab("Beside the page as it is", path: path, isCurrent: comparison.left.title == "As it is")]
        + others.map { other in
          Tabs.Tab(
            "Beside \(other.name)", path: Address.path(path, [("with", "\(other.id)")]),
            isCurrent: comparison.left.title == other.name)
        }
    ).html
  }

  private var chart: Chart {
    Chart(
      id: "comparison", title: "Customers in each place, before and after",
      note:
        "\(words: comparison.left.title): \(words: comparison.left.words). \(words: comparison.right.title): \(words: comparison.right.words).",
      kind: .bars(
        Chart.Bars(
          labels: comparison.lines.map(\.title),
          series: [
            Chart.Series(comparison.left.title, comparison.lines.map(\.left)),
            Chart.Series(comparison.right.title, comparison.lines.map(\.right)),
          ], unit: .count, title: "Customers", isHorizontal: true)), format: format)
  }

  private var table: HTML {
    let format = format
    @Sendable func money(_ value: Double?) -> HTML { value.map { "\(format.money($0, decimals: 0))" } ?? "" }
    @Sendable func change(_ one: Double?, _ other: Double?) -> HTML {
      guard let one, let other else { return "" }
      return "\(other > one ? "+" : "")\(format.number(other - one))"
    }
    return """
      <section><h2>The money</h2>\(ListTable(
        "\(words: comparison.left.title) against \(words: comparison.right.title)", rows: comparison.lines,
        columns: [
          .init("Where", onCard: .title) { "\(words: $0.title)" },
          .init("Customers, \(comparison.left.title)", isNumber: true) { $0.left.map { "\(format.number($0))" } ?? "n/a" },
          .init("Customers, \(comparison.right.title)", isNumber: true, onCard: .fact) { $0.right.map { "\(format.number($0))" } ?? "n/a" },
          .init("Change", isNumber: true, onCard: .fact) { change($0.left, $0.right) },
          .init("Money, \(comparison.left.title)", isNumber: true) { money($0.leftMoney) },
          .init("Money, \(comparison.right.title)", isNumber: true, onCard: .fact) { money($0.rightMoney) },
        ], state: ListState(path: path), empty: EmptyState("Nothing to compare", reason: "The page has no customers."))
      )</section>
      """
  }

  private var moves: HTML {
    let (names, format) = (names, format)
    return """
      <section><h2>Who moves</h2>\(ListTable(
        "\(format.count(comparison.moves.count)) of \(format.count(comparison.moved, "customer", "customers")), those with most sales first",
        rows: comparison.moves,
        columns: [
          .init("Customer", onCard: .title) { "<a href=\"/customers/\($0.customer)\">\(names[$0.customer] ?? "Customer")</a>" },
          .init("From", onCard: .fact) { "\($0.from)" }, .init("To", onCard: .fact) { "\($0.to)" },
          .init("Sales", isNumber: true, onCard: .fact) { "\(CutMap.money($0.sales, format))" },
        ], state: ListState(path: path),
        empty: EmptyState("Nobody moves", reason: "Both draw the same lines through these customers.", icon: "check")))</section>
      """
  }
}
