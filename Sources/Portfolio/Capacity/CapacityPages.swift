import Kernel
import Web

/// How much of the time that is paid for is used on customers, and the form to enter a pool.
struct CapacityPage {
  let sheet: CapacitySheet
  let visit: Visit
  let problem: Problem?

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Capacity", path: CapacityRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(LinkButton("Contribution", ContributionRoutes.path, icon: "coins")) \
        \(LinkButton("Assumptions", AssumptionRoutes.path, icon: "adjustments"))
        """,
      body: """
        \(priced)\(chart)\(pools)
        <section id="enter"><h2>Enter a pool</h2>\(form)</section>
        \(history)
        """)
  }

  /// The finding in a sentence.
  private var lead: String {
    guard !sheet.inForce.isEmpty else {
      return "Time that is paid for and not used on customers is a cost of nobody: enter what people cost to see it."
    }
    guard !sheet.use.isEmpty else { return "Pools are entered; nobody was served in the last year." }
    let (cost, unused) = (sheet.use.reduce(0) { $0 + $1.cost }, sheet.use.reduce(0) { $0 + $1.unused })
    let over = sheet.use.filter { $0.usedShare > 1 }.map(\.name)
    let more = over.isEmpty ? "" : " \(Format.list(over)) worked more than it is taken to be able to."
    return """
      Of \(format.compactMoney(cost)) paid in a year, \(format.compactMoney(max(0, unused))) was not used on customers.\
      \(more)
      """
  }

  private var priced: HTML {
    guard !sheet.pricedElsewhere.isEmpty else { return HTML() }
    let words = Format.list(sheet.pricedElsewhere.map(\.word.translated))
    return """
      <p class="text-secondary">\(words: words): the minute’s price entered under assumptions counts, not the pool’s. Take it back \
      there to use the pool’s.</p>
      """
  }

  private var chart: HTML {
    guard !sheet.use.isEmpty else { return HTML() }
    let idlest = sheet.use.max { $0.unused < $1.unused }
    return Chart(
      id: "capacity-use",
      title: idlest.map {
        $0.unused > 0
          ? "\($0.name) leaves \(format.compactMoney($0.unused)) unused" : "No pool leaves anything unused"
      } ?? "Use of capacity",
      note: "What pools cost in the last 365 days: charged to customers by their minutes, and charged to nobody.",
      kind: .bars(
        Chart.Bars(
          labels: sheet.use.map(\.name),
          series: [
            Chart.Series("Charged to customers", sheet.use.map { min($0.charged, $0.cost) }),
            Chart.Series("Not used", sheet.use.map { max(0, $0.unused) }),
          ], unit: .money(format.currency), title: format.currency.code, isStacked: true, isHorizontal: true)),
      format: format
    ).html
  }

  private var pools: HTML {
    let (viewer, format) = (visit.viewer, format)
    let use = Dictionary(sheet.use.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return ListTable(
      "\(format.count(sheet.inForce.count, "pool", "pools")) in force", rows: sheet.inForce,
      columns: [
        .init("Pool", onCard: .title) { "\($0.name)" },
        .init("Draws from it", onCard: .fact) { "\(Format.list($0.activities.map(\.word.translated)))" },
        .init("Cost a month", isNumber: true) { row in row.cost.map { "\(format.money($0))" } ?? "" },
        .init("Paid minutes", isNumber: true) { row in row.paidMinutes.map { "\(format.number($0))" } ?? "" },
        .init("Can be worked", isNumber: true) { row in
          row.practicalShare.map { "\(format.percent($0, decimals: 0))" } ?? ""
        },
        .init("A minute costs", isNumber: true, onCard: .fact) { row in
          row.minute.map { "\(format.money($0, nil, decimals: 2))" } ?? ""
        },
        .init("Used of a year", isNumber: true, onCard: .fact) { row in
          use[row.name].map { "\(format.percent($0.usedShare))" } ?? "missing: nobody served"
        },
        .init("", onCard: .fact) { row in
          PostButton(
            "Take back", action: "\(CapacityRoutes.path)/\(row.id)", csrf: viewer.csrf, method: .delete, weight: .quiet
          ).html
        },
      ], state: ListState(path: CapacityRoutes.path),
      empty: EmptyState(
        "No pools yet",
        reason:
          "A pool is a team or a machine: what it costs in a month, how long it is paid for, and what draws from it.",
        icon: "users")
    ).html
  }

  private var form: Form {
    let options = Capacity.Pool.timed.map { Field.Option($0.rawValue, $0.word) }
    var values = visit.fields.dictionary
    values["activities"] = visit.fields.values(of: "activities").joined(separator: ",")
    return Form(
      action: CapacityRoutes.path, csrf: visit.viewer.csrf, submit: "Save",
      fields: [
        Field(
          "name", "Name", .text,
          hint: "Such as field sales. A name that is there already gets new numbers from the day on.",
          isRequired: true),
        Field(
          "activities", "What draws from it", .checkboxes(options), hint: "Their minutes are counted.", isRequired: true
        ),
        Field(
          "cost", "Cost of a month", .money(format.currency), hint: "Pay, rooms, cars, licences.", isRequired: true),
        Field(
          "paidMinutes", "Paid minutes of a month", .number, hint: "One person has about 9,600.", isRequired: true),
        Field(
          "practicalShare", "Share that can be worked", .number, value: "",
          hint: "0.8 unless you enter another: breaks, training, absence."),
        Field("since", "From", .day, value: "\(visit.viewer.today)"),
      ], values: values, problems: problem.map { [$0] } ?? [])
  }

  private var history: HTML {
    guard !sheet.history.isEmpty else { return HTML() }
    let (viewer, format) = (visit.viewer, format)
    return """
      <section><h2>What was entered</h2>\(ListTable(
        "\(format.count(sheet.history.count, "entry", "entries")), the newest first", rows: sheet.history,
        columns: [
          .init("Pool", onCard: .title) { "\($0.name)" },
          .init("Cost a month", isNumber: true, onCard: .fact) { row in
            row.cost.map { "\(format.money($0))" } ?? "taken back"
          },
          .init("Paid minutes", isNumber: true) { row in row.paidMinutes.map { "\(format.number($0))" } ?? "" },
          .init("From", onCard: .fact) { viewer.time($0.since) }, .init("By", onCard: .fact) { "\($0.by)" },
          .init("Entered") { viewer.time($0.at) },
        ], state: ListState(path: CapacityRoutes.path), empty: EmptyState("None", reason: "")))</section>
      """
  }
}
