import Kernel

extension Chart {
  /// What was expected beside what came, a line each: the expectation stands at 1, whatever its unit.
  package struct Dumbbells: Sendable {
    /// The numbers of a line as people read them.
    package struct Words: Sendable {
      let forecast: String
      let interval: String
      let came: String
      let error: String
      package init(forecast: String, interval: String, came: String, error: String) {
        self.forecast = forecast
        self.interval = interval
        self.came = came
        self.error = error
      }
    }

    package struct Row: Sendable {
      let label: String
      let forecast: Double
      let low: Double?
      let high: Double?
      let came: Double?
      let words: Words
      let detail: String
      let link: String?

      /// - Parameters:
      ///   - came: nil while it is not known.
      ///   - detail: what the line belongs to, shown where there is room.
      package init(
        _ label: String, forecast: Double, low: Double? = nil, high: Double? = nil, came: Double?, words: Words,
        detail: String = "", link: String? = nil
      ) {
        self.label = label
        self.forecast = forecast
        self.low = low.flatMap { $0.isFinite ? $0 : nil }
        self.high = high.flatMap { $0.isFinite ? $0 : nil }
        self.came = came.flatMap { $0.isFinite ? $0 : nil }
        self.words = words
        self.detail = detail
        self.link = link
      }

      /// All of it in one line.
      var sentence: String {
        let range = low == nil ? "" : " (\(words.interval))"
        let top = detail.isEmpty ? "" : "\(detail)\n"
        return
          "\(top)Expected \(words.forecast)\(range)\nCame: \(words.came)\(words.error.isEmpty ? "" : ", \(words.error)")"
      }
    }

    let rows: [Row]

    package init(rows: [Row]) { self.rows = rows.filter { $0.forecast.isFinite } }

    static let title = "What came, as a share of what was expected"
  }

  /// The numbers of the lines, in their own units.
  func lines(_ dumbbells: Dumbbells) -> HTML {
    grid(
      ["", "Expected", "Interval", "Came", "Error"],
      dumbbells.rows.map { row in
        let name: HTML = row.link.map { "<a href=\"\(url: $0)\">\(words: row.label)</a>" } ?? HTML(words: row.label)
        let whole: HTML = row.detail.isEmpty ? name : "\(name)<br><small>\(row.detail)</small>"
        return [whole]
          + [row.words.forecast, row.words.interval, row.words.came, row.words.error].map { HTML(text: $0) }
      })
  }
}

extension Picture {
  func dumbbellHeight(_ dumbbells: Chart.Dumbbells) -> Double {
    Double(min(24, max(1, dumbbells.rows.count))) * 34 + 62
  }

  func scale(_ dumbbells: Chart.Dumbbells) -> Scale {
    let values = dumbbells.rows.flatMap { [$0.forecast, $0.low, $0.high, $0.came].compactMap { $0 } }
    let far = values.map { abs($0 - 1) }.max() ?? 0
    // Without a distance there is nothing to see; a tenth each way is room enough.
    return scale(values + [1 - max(0.1, far * 0.2), 1 + max(0.1, far * 0.2)], .share, fromZero: false)
  }

  func draw(_ dumbbells: Chart.Dumbbells) -> HTML {
    let scale = scale(dumbbells)
    let from = 250.0
    let span = width - from - 110
    func place(_ value: Double) -> Double { from + scale.place(value) * span }
    let rows = dumbbells.rows.prefix(24)
    let bottom = Double(rows.count) * 34 + 14
    let axis = scale.ticks.html { tick in
      line(place(tick.value), 8, place(tick.value), bottom, "vc-grid")
        + words(place(tick.value), bottom + 18, tick.label)
    }
    let marks = rows.enumerated().html { index, row in
      let middle = 14 + Double(index) * 34 + 12
      return linked(
        words(from - 12, middle + 4, Picture.shortened(row.label), anchor: "end") + interval(row, middle, place)
          + dots(row, middle, place), row.link)
    }
    return axis + line(place(1), 4, place(1), bottom, "vc-axis") + marks
      + words(from + span / 2, bottom + 40, Chart.Dumbbells.title, "vc-axis-title")
  }

  private func interval(_ row: Chart.Dumbbells.Row, _ middle: Double, _ place: (Double) -> Double) -> HTML {
    guard let low = row.low, let high = row.high else { return HTML() }
    return """
      <rect x="\(coordinate: place(low))" y="\(coordinate: middle - 7)" width="\(coordinate: max(1, place(high) - place(low)))" \
      height="14" rx="7" class="vc-band vc-c1"/>
      """
  }

  private func dots(_ row: Chart.Dumbbells.Row, _ middle: Double, _ place: (Double) -> Double) -> HTML {
    let expected: HTML = """
      <circle cx="\(coordinate: place(row.forecast))" cy="\(coordinate: middle)" r="6" class="vc-dot vc-c1">\
      <title>\(words: row.sentence)</title></circle>
      """
    guard let came = row.came else { return expected }
    let end = max(place(came), place(row.high ?? row.forecast), place(row.forecast))
    return line(place(row.forecast), middle, place(came), middle, "vc-reach") + expected
      + """
      <circle cx="\(coordinate: place(came))" cy="\(coordinate: middle)" r="6" class="vc-dot vc-c2">\
      <title>\(words: row.sentence)</title></circle>\(words(end + 12, middle + 4, row.words.error, anchor: "start", "vc-mark-text"))
      """
  }

  /// A label that fits beside the lines.
  static func shortened(_ label: String) -> String {
    let scalars = label.unicodeScalars
    return scalars.count <= 38 ? label : String(String.UnicodeScalarView(scalars.prefix(37))) + "…"
  }
}

extension ChartBlock {
  mutating func fill(_ dumbbells: Chart.Dumbbells, _ picture: Picture) {
    x = Axis(labels: dumbbells.rows.map(\.label))
    y = Axis(picture.scale(dumbbells), title: Chart.Dumbbells.title)
    let marks = dumbbells.rows.map { row in
      Mark(
        value: [row.forecast, row.low, row.high, row.came], words: row.sentence, link: row.link, name: row.label,
        tone: row.words.error)
    }
    runs = [
      Run(name: "Expected, with its interval", colour: 1, isDashed: false, marks: marks),
      Run(name: "What came", colour: 2, isDashed: false, marks: []),
    ]
  }
}
