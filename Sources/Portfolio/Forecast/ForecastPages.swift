import Analytics
import Kernel
import Web

/// What the coming weeks bring: a fan, the methods with their errors, and the segments against the whole.
struct ForecastPage {
  let answer: SegmentForecasts
  let segment: ID<Segment>?
  let visit: Visit

  private var format: Format { visit.viewer.format }
  private var row: SegmentForecasts.Row? { segment.flatMap { one in answer.rows.first { $0.segment == one } } }
  private var shown: SalesForecast? { row.map(\.forecast) ?? answer.whole }
  private var name: String { row?.name ?? "All customers" }

  var html: HTML {
    Shell.page(
      title: "Forecast", path: ForecastRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: LinkButton("Segments", SegmentRoutes.path, icon: "chart-pie").html,
      body: "\(choices)\(picture)\(segments)")
  }

  private var lead: String {
    guard let shown, let method = shown.method, let error = method.error else {
      return "\(name): the past is too short to look \(format.count(answer.horizon, "week", "weeks")) ahead."
    }
    let range = shown.interval.map {
      ", likely \(format.compactMoney($0.low)) to \(format.compactMoney($0.high))"
    }
    return """
      \(name): \(format.compactMoney(shown.total)) in the \(format.count(answer.horizon, "week", "weeks")) from \
      \(format.day(shown.from))\(range ?? ""). The method was \(format.percent(error)) off a week before.
      """
  }

  private func address(segment: ID<Segment>?, horizon: Int) -> String {
    Address.path(
      ForecastRoutes.path,
      (segment.map { [("segment", "\($0)")] } ?? []) + (horizon == 13 ? [] : [("horizon", "\(horizon)")]))
  }

  private var choices: HTML {
    let horizons = [4, 13, 26].map { weeks in
      Tabs.Tab(
        format.count(weeks, "week", "weeks"), path: address(segment: segment, horizon: weeks),
        isCurrent: answer.horizon == weeks)
    }
    return Tabs("How far ahead", horizons).html
  }

  private var picture: HTML {
    guard let shown else {
      return EmptyState(
        "Too little past for \(name)",
        reason: """
          A forecast of \(format.count(answer.horizon, "week", "weeks")) needs twice as many complete weeks with sales; \
          there are \(format.count(answer.weeks)).
          """, icon: "chart-line",
        action: LinkButton("Look less far", address(segment: segment, horizon: 4), weight: .primary).html
      ).html
    }
    return """
      \(ForecastFan(forecast: shown, name: name, format: format, currency: answer.currency).chart)\
      <div class="row row-cards"><div class="col-lg-6">\(errors(shown))</div><div class="col-lg-6">\(against)</div></div>
      """
  }

  private func errors(_ shown: SalesForecast) -> Chart {
    let trials = shown.backTest.trials.filter { $0.error != nil }.sorted { ($0.error ?? 0) < ($1.error ?? 0) }
    return Chart(
      id: "methods",
      title: shown.method.map { "\($0.name.sentenceCased) was least wrong" } ?? "No method could be used",
      note: """
        Mean error of each of the last \(format.count(shown.backTest.actuals.count, "week", "weeks")), every one forecast \
        from those before it alone. \
        \(when: shown.weeks.count < 104 + answer.horizon, "A season is tried once two years are known.")
        """,
      kind: .bars(
        Chart.Bars(
          labels: trials.map(\.name.sentenceCased), series: [Chart.Series("Error of a week", trials.map(\.error))],
          unit: .share, title: "Error of a week", isHorizontal: true)),
      format: format)
  }

  private var against: HTML {
    guard let whole = answer.whole, let sum = answer.sum else {
      return EmptyState(
        answer.segmentation == nil ? "No segmentation is in use" : "Not every segment can be forecast",
        reason: answer.segmentation == nil
          ? "With segments in use the forecast shows what each of them brings, and whether the parts make the whole."
          : "Where a segment bought nothing in the last weeks, or for too short a time, the parts make no whole.",
        icon: "chart-pie", action: LinkButton("Segments", SegmentRoutes.path).html
      ).html
    }
    let apart = whole.total > 0 ? sum / whole.total - 1 : 0
    return Chart(
      id: "parts",
      title: abs(apart) < 0.000_5
        ? "The segments together say the same as the whole"
        : "The segments together say \(format.percent(abs(apart))) \(apart < 0 ? "less" : "more") than the whole",
      note: """
        Forecast one by one and added: \(format.compactMoney(sum)). Together: \(format.compactMoney(whole.total)). \
        \(answer.errorOfSum.map { "Added parts were \(format.percent($0)) off a week." as HTML })
        """,
      kind: .bars(
        Chart.Bars(
          labels: answer.rows.map(\.name), series: [Chart.Series("Forecast", answer.rows.map { $0.forecast?.total })],
          unit: .money(answer.currency), title: "Forecast", isHorizontal: true,
          links: answer.rows.map { row in row.segment.map { address(segment: $0, horizon: answer.horizon) } })),
      format: format
    ).html
  }

  private var segments: HTML {
    guard answer.segmentation != nil else { return HTML() }
    let (format, horizon) = (format, answer.horizon)
    let all =
      [SegmentForecasts.Row(segment: nil, name: "All customers", forecast: answer.whole, isSilent: false)] + answer.rows
    return ListTable(
      "\(answer.segmentation ?? ""): \(format.count(answer.rows.count, "part", "parts")), each by the method that was least wrong for it",
      rows: all,
      columns: [
        .init("Who", onCard: .title) { row -> HTML in
          guard row.segment != nil || row.name == "All customers" else { return "\(row.name)" }
          return "<a href=\"\(url: address(segment: row.segment, horizon: horizon))\">\(row.name)</a>"
        },
        .init("Method", onCard: .fact) {
          "\($0.forecast?.method?.name.sentenceCased ?? ($0.isSilent ? "bought nothing lately" : "too little past"))"
        },
        .init("Error of a week", isNumber: true, onCard: .fact) { row -> HTML in
          row.forecast?.method?.error.map { "\(format.percent($0))" } ?? "n/a"
        },
        .init("Next \(horizon) weeks", isNumber: true, onCard: .fact) { row -> HTML in
          row.forecast.map { "\(format.compactMoney($0.total))" } ?? (row.isSilent ? "nothing" : "missing")
        },
        .init("Likely", isNumber: true) { row -> HTML in
          row.forecast?.interval.map { "\(format.compactMoney($0.low)) to \(format.compactMoney($0.high))" }
            ?? "n/a"
        },
      ], state: ListState(path: ForecastRoutes.path), empty: EmptyState("No segments", reason: "")
    ).html
  }
}

/// The last year and the coming weeks, with bounds that widen.
struct ForecastFan {
  let forecast: SalesForecast
  let name: String
  let format: Format
  let currency: Currency

  var chart: Chart {
    let past = Array(forecast.weeks.suffix(52))
    let gap = [Double?](repeating: nil, count: past.count)
    // The fan begins where the past ends, so that the two lines meet.
    let joint: [Double?] = past.isEmpty ? [] : Array(gap.dropLast()) + [past.last?.major]
    func run(_ title: String, _ bounds: KeyPath<BackTest.Spread, ConfidenceInterval?>) -> Chart.Series {
      let isKnown = forecast.fan.allSatisfy { $0[keyPath: bounds] != nil }
      return Chart.Series(
        title, joint + forecast.fan.map(\.value),
        low: isKnown ? joint + forecast.fan.map { $0[keyPath: bounds]?.low } : [],
        high: isKnown ? joint + forecast.fan.map { $0[keyPath: bounds]?.high } : [], isDashed: true)
    }
    let days = past.map(\.from) + forecast.fan.indices.map { forecast.from.adding(days: 7 * $0) }
    return Chart(
      id: "fan",
      title:
        "\(name): \(format.compactMoney(forecast.total)) in the next \(format.count(forecast.fan.count, "week", "weeks"))",
      note: """
        Complete weeks. The bands hold half and nine tenths of what earlier forecasts of as many weeks ahead came to: a \
        guide, not a promise.
        """,
      kind: .lines(
        Chart.Lines(
          labels: days.map { format.day($0) },
          series: [
            Chart.Series("Sales", past.map(\.major)), run("Nine times in ten", \.most), run("Half of the time", \.half),
          ], unit: .money(currency), title: currency.code, shadedFrom: past.count, shadedWords: "Forecast")),
      format: format)
  }
}
