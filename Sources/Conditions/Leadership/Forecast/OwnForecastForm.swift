import Kernel
import Web

/// What a person expects, beside what the analyses do: a measure, of whom, how much.
struct OwnForecastForm {
  let decision: Decision
  let clock: ReviewClock
  let visit: Visit
  let problem: Problem?

  private static let names: Set<String> = ["measure", "value", "low", "high", "group", "customers", "name", "decision"]

  private var format: Format { visit.viewer.format }

  private var problems: [Problem] {
    problem.map { $0.field.map(Self.names.contains) ?? false ? [$0] : [] } ?? []
  }

  var html: HTML {
    guard let window = clock.window(until: decision.reviewDay) else { return HTML() }
    return """
      <section><details\(flag: "open", !problems.isEmpty)><summary>Add a forecast of your own</summary>
      <p class="vc-hint">It is for the days after the data, \(format.period(window)), and is judged with the others.</p>
      \(Form(
        action: "/decisions/\(decision.id)/forecasts", csrf: visit.viewer.csrf, submit: "Add it", fields: fields,
        values: visit.fields.dictionary, problems: problems))</details></section>
      """
  }

  private var fields: [Field] {
    var groups: [FrozenGroup] = []
    for forecast in decision.forecasts where ![.all, .company].contains(forecast.group.kind) {
      if !groups.contains(forecast.group) { groups.append(forecast.group) }
    }
    let options =
      [Field.Option("all", "All customers")]
      + groups.map {
        Field.Option("\($0.id)", "\($0.name), \(format.count($0.customers, "customer", "customers"))")
      } + [Field.Option("list", "The customers listed below")]
    return [
      Field(
        "measure", "What is expected", .select(Measure.allCases.map { Field.Option($0.rawValue, $0.title) }),
        isRequired: true),
      Field("group", "Of whom", .select(options), isRequired: true),
      Field("customers", "The customers, one a line", .lines(3), hint: "By the numbers their feed knows them by."),
      Field("name", "What the list is called", .text),
      Field(
        "value", "How much", .text, hint: "A share such as 45 %, money in \(format.currency.code).", isRequired: true),
      Field("low", "At least", .text, hint: "With the next one the interval that holds it nine times in ten."),
      Field("high", "At most", .text),
    ]
  }
}
