import Kernel
import Web

/// How past decisions turned out, for the end of every analysis and the head of the decisions.
package struct TrackRecordSection: Part {
  let record: TrackRecord
  let format: Format
  let heading: String

  package init(_ record: TrackRecord, format: Format, heading: String = "How decisions from here turned out") {
    self.record = record
    self.format = format
    self.heading = heading
  }

  package var html: HTML {
    """
    <section id="track-record"><h2>\(words: heading)</h2>\(record.entries.isEmpty ? empty.html : FigureRow(cards).html)</section>\
    \(when: !record.entries.isEmpty, chart.html)
    """
  }

  private var empty: EmptyState {
    EmptyState(
      "No forecast has been judged yet",
      reason: """
        A decision keeps what is expected. When purchases up to its review are imported, what came is set beside it here.
        """, icon: "target-arrow")
  }

  private var cards: [FigureCard] {
    record.figures.map { figure in
      FigureCard(figure, format: format, rows: "/decisions", note: note(figure))
    }
  }

  private func note(_ figure: Figure) -> HTML {
    switch figure.id {
    case "track.bias":
      record.bias.map {
        HTML(text: abs($0) < 0.005 ? "Neither too high nor too low." : "On the whole \(format.tooMuch($0)).")
      }
        ?? HTML()
    case "track.inside":
      HTML(words: "\(format.count(record.inside)) of \(format.count(record.withInterval)) intervals held.")
    default: HTML(words: "\(format.count(record.entries.count, "forecast", "forecasts")) judged by the data.")
    }
  }

  private var chart: Chart {
    let rows = record.entries.prefix(12).compactMap { entry in
      entry.forecast.dumbbell(
        label: entry.forecast.label, format, detail: "\(entry.title), \(format.period(entry.forecast.window))",
        link: "/decisions/\(entry.decision)")
    }
    let worst = record.entries.prefix(12).max {
      abs($0.judgement.relativeError ?? 0) < abs($1.judgement.relativeError ?? 0)
    }
    return Chart(
      id: "track-record-chart",
      title: worst.flatMap { entry in
        entry.judgement.relativeError.map {
          "The farthest off was \(entry.forecast.measure.title.lowercased()), \(format.tooMuch($0))"
        }
      } ?? "Forecasts and what came",
      note: "Every forecast stands at 100 %; the bar is its interval, the second dot what came. The newest first.",
      kind: .dumbbells(Chart.Dumbbells(rows: rows)), format: format)
  }
}

extension Format {
  /// An error in words: `12.1 % too low`.
  func tooMuch(_ relativeError: Double) -> String {
    let size = percent(abs(relativeError))
    return abs(relativeError) < 0.0005 ? "right" : "\(size) too \(relativeError < 0 ? "low" : "high")"
  }
}

extension Forecast {
  /// The forecast in few words, beside a line of a chart.
  var label: String { measure == .totalSales ? measure.title : "\(measure.title) · \(group.name)" }

  var halfWidth: Double? { low.flatMap { low in high.map { ($0 - low) / 2 } } }

  /// What was expected, with its interval.
  func expected(_ format: Format) -> String {
    let value = format.amount(value, unit, spread: halfWidth)
    guard let low, let high else { return value }
    let span = "\(format.amount(low, unit, spread: halfWidth)) to \(format.amount(high, unit, spread: halfWidth))"
    return "\(value) (\(span.translated))"
  }

  /// What came, in a few words.
  func outcome(_ format: Format) -> String {
    guard let latest else { return "" }
    let came = "\(format.amount(latest.actual, unit)) came"
    if let error = latest.relativeError { return "\(came), the forecast was \(format.tooMuch(error))" }
    return latest.isComplete ? came : "\(came) by \(format.day(latest.dataUntil))"
  }

  /// The forecast as a figure with its evidence.
  var figure: Figure {
    Figure(
      id: "forecast.\(id)", title: title, value: value, unit: unit, asOf: asOf, window: window, method: method,
      explanation: "\(explanation) \(measure.explanation)", n: group.customers, low: low, high: high, grade: grade)
  }

  /// The forecast as a line of a chart: itself at 100 %, what came beside it; nil where nothing or less was expected.
  func dumbbell(label: String, _ format: Format, detail: String = "", link: String? = nil) -> Chart.Dumbbells.Row? {
    guard value > 0 else { return nil }
    let came = verdict?.actual
    let interval = low.flatMap { low in
      high.map {
        "\(format.amount(low, unit, spread: halfWidth)) to \(format.amount($0, unit, spread: halfWidth))".translated
      }
    }
    return Chart.Dumbbells.Row(
      label, forecast: 1, low: low.map { $0 / value }, high: high.map { $0 / value }, came: came.map { $0 / value },
      words: .init(
        forecast: format.amount(value, unit), interval: interval ?? "none",
        came: came.map { format.amount($0, unit) } ?? "not known yet",
        error: verdict?.relativeError.map { format.tooMuch($0) } ?? ""),
      detail: detail, link: link)
  }
}
