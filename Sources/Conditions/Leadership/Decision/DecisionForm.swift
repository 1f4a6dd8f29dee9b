import Kernel
import Web

/// The form at the end of every analysis: the figure as it stands, what is expected, and the choice.
struct DecisionForm {
  let analysis: DecidableAnalysis
  let figure: Figure
  let offers: [Forecast.Offer]
  let review: Day
  let clock: ReviewClock
  let asked: Fields
  let users: [User]
  let visit: Visit
  var problem: Problem?

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Decide", path: analysis.path, viewer: visit.viewer, crumbs: [Crumb(analysis.title, analysis.path)],
      lead:
        "What is known and expected now is kept with the decision; at the review what came stands beside it by itself.",
      width: .narrow,
      body: """
        \(FigureCard(figure, format: format, rows: analysis.path))
        \(horizons)
        \(Form(
          action: "/decisions", csrf: visit.viewer.csrf, submit: "Decide", rows: rows, values: typed,
          problems: problem.map { [$0] } ?? [], cancel: analysis.path))
        """)
  }

  /// What was typed, with every box that was ticked.
  private var typed: [String: String] {
    var values = asked.dictionary
    values["review"] = values["review"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(review)"
    values["forecast"] =
      asked["chosen"] == "1"
      ? asked.values(of: "forecast").joined(separator: ",") : offers.map(\.key).joined(separator: ",")
    return values
  }

  private static let ownNames: Set<String> = [
    "analysis", "figure", "review", "title", "choice", "option", "reason", "owner", "due", "expected", "cost",
    "forecast", "chosen",
  ]

  /// What the page of the analysis was asked for.
  private var settings: [(name: String, value: String)] {
    asked.all.filter { !Self.ownNames.contains($0.name) && !$0.name.hasPrefix("_") && !$0.value.isEmpty }
  }

  private static let spans: [(title: String, days: Int)] = [
    ("4 weeks", 28), ("13 weeks", 91), ("26 weeks", 182), ("39 weeks", 273), ("A year", 365),
  ]

  /// How far ahead it is judged: each has its own forecasts.
  private var horizons: HTML {
    let kept =
      [("analysis", analysis.path), ("figure", figure.id)] + settings.map { ($0.name, $0.value) }
    return Tabs(
      "Judged after",
      Self.spans.map { span in
        let day = clock.day.adding(days: span.days)
        return Tabs.Tab(
          span.title, path: Address.path("/decisions/new", kept + [("review", "\(day)")]), isCurrent: day == review)
      }
    ).html
  }

  private var rows: [Form.Row] {
    [
      .field(Field("analysis", "", .hidden, value: analysis.path)),
      .field(Field("figure", "", .hidden, value: figure.id)), .field(Field("chosen", "", .hidden, value: "1")),
    ] + settings.map { .field(Field($0.name, "", .hidden, value: $0.value)) } + choice + expectation
  }

  private var choice: [Form.Row] {
    [
      Field(
        "title", "What is decided", .text, isRequired: true, placeholder: "Name 472 customers as VIPs", isFocused: true),
      Field("choice", "What is chosen", .text, hint: "The way taken, in a few words.", isRequired: true),
      Field("option", "What else was open", .text, hint: "The next best way, or: leave things as they are."),
      Field("reason", "Why", .lines(3), isRequired: true),
      Field(
        "owner", "Who sees to it", .select(users.map { Field.Option("\($0.id)", $0.name) }),
        value: visit.actor.user.map { "\($0)" } ?? ""),
      Field("cost", "What it costs", .money(format.currency)),
      Field("review", "Day of the review", .day, value: "\(review)", hint: dataCalendar, isRequired: true),
    ].map(Form.Row.field)
  }

  private var dataCalendar: HTML {
    clock.isDatas ? "The data end on \(format.day(clock.day)); a day after that counts by the data's days." : HTML()
  }

  private var expectation: [Form.Row] {
    let own = Field("expected", "What the figure will be at the review", .text, hint: expectedHint)
    guard !offers.isEmpty else {
      return [.html("<p class=\"vc-hint\">\(words: noOffers)</p>"), .field(own)]
    }
    let options = offers.map { offer in
      Field.Option(offer.key, "\(offer.title): \(amount(offer))", hint: interval(offer))
    }
    let window = offers.first.map { format.period($0.window) } ?? ""
    return [
      .field(
        Field(
          "forecast", "What is expected", .checkboxes(options),
          hint: "Each is judged by the data of \(window). Another day of review has its own days and numbers.")),
      .field(own),
    ]
  }

  private func amount(_ offer: Forecast.Offer) -> String {
    format.amount(offer.value, offer.measure.unit(format.currency), spread: offer.halfWidth)
  }

  private func interval(_ offer: Forecast.Offer) -> String {
    let of =
      offer.group.kind == .company
      ? "" : " of \(format.count(offer.group.members.count, "customer", "customers"))"
    guard let low = offer.low, let high = offer.high else {
      return "\(Forecast.word(of: offer.method).capitalizedFirst)\(of)"
    }
    let unit = offer.measure.unit(format.currency)
    let spread = offer.halfWidth
    return """
      Likely \(format.amount(low, unit, spread: spread)) to \(format.amount(high, unit, spread: spread))\(of), by \
      \(Forecast.word(of: offer.method))
      """
  }

  private var noOffers: String {
    clock.lastDay == nil
      ? "There are no purchases yet, so nothing can be expected of them."
      : "This analysis expects nothing of these days; say below what you expect, or add a forecast of your own afterwards."
  }

  private var expectedHint: HTML {
    figure.unit == .share
      ? "What you yourself expect of the figure above, such as 45 %."
      : "What you yourself expect of the figure above, in its unit."
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Forecast.Offer {
  /// Half the width of the interval; nil without one.
  var halfWidth: Double? { low.flatMap { low in high.map { ($0 - low) / 2 } } }
}
