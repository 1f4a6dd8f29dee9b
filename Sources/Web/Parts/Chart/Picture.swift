import Kernel

/// Draws charts as SVG, with attributes and classes only: a strict content security policy leaves it alone.
struct Picture {
  let format: Format
  let width = 760.0
  let left = 76.0
  let right = 20.0
  let top = 36.0
  let bottom = 50.0

  func height(of kind: Chart.Kind) -> Double {
    if case .bars(let bars) = kind, bars.isHorizontal { return horizontalHeight(bars) }
    if case .dumbbells(let dumbbells) = kind { return dumbbellHeight(dumbbells) }
    return 356
  }

  func horizontalHeight(_ bars: Chart.Bars) -> Double { Double(min(24, max(1, bars.labels.count))) * 34 + 50 }

  var plotWidth: Double { width - left - right }
  var plotHeight: Double { 356 - top - bottom }
  func x(_ share: Double) -> Double { left + share * plotWidth }
  func y(_ share: Double) -> Double { top + (1 - share) * plotHeight }

  func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: StaticString) -> HTML {
    """
    <line x1="\(coordinate: x1)" y1="\(coordinate: y1)" x2="\(coordinate: x2)" y2="\(coordinate: y2)" \
    class="\(HTML(stringLiteral: name))"/>
    """
  }

  func words(
    _ x: Double, _ y: Double, _ text: String, anchor: StaticString = "middle", _ name: StaticString = "vc-tick-text"
  ) -> HTML {
    """
    <text x="\(coordinate: x)" y="\(coordinate: y)" text-anchor="\(HTML(stringLiteral: anchor))" \
    class="\(HTML(stringLiteral: name))">\(words: text)</text>
    """
  }

  /// The vertical axis: lines across, labels at the left, what is measured on top.
  func verticalAxis(_ scale: Scale, title: String) -> HTML {
    let lines = scale.ticks.html { tick in
      let at = y(scale.place(tick.value))
      return line(left, at, width - right, at, tick.value == 0 ? "vc-axis" : "vc-grid")
        + words(left - 10, at + 4, tick.label, anchor: "end")
    }
    return lines + words(4, 14, title, anchor: "start", "vc-axis-title")
  }

  /// The horizontal axis of a measure.
  func horizontalAxis(_ scale: Scale, title: String) -> HTML {
    let marks = scale.ticks.html { tick in
      let at = x(scale.place(tick.value))
      return line(at, y(0), at, y(0) + 5, "vc-axis") + words(at, y(0) + 19, tick.label)
    }
    return marks + words(left + plotWidth / 2, y(0) + 40, title, "vc-axis-title")
  }

  /// The horizontal axis of names: few stand on two lines, of many only as many as there is room for.
  func names(_ labels: [String]) -> HTML {
    guard !labels.isEmpty else { return HTML() }
    if labels.count <= 12 {
      return labels.enumerated().html { index, label in
        let (first, second) = Picture.halves(label, room: Int(plotWidth / Double(labels.count) / 6.5))
        let at = middle(index, of: labels.count)
        return words(at, y(0) + 19, first) + (second.isEmpty ? HTML() : words(at, y(0) + 33, second))
      }
    }
    let longest = labels.map(\.unicodeScalars.count).max() ?? 1
    let room = max(1, Int(plotWidth / Double(max(4, longest) * 7 + 10)))
    let every = max(1, (labels.count + room - 1) / room)
    return labels.enumerated().filter { $0.offset % every == 0 }.html { index, label in
      words(middle(index, of: labels.count), y(0) + 19, label)
    }
  }

  /// A label on one line if it fits, else broken after the last word that does.
  static func halves(_ label: String, room: Int) -> (String, String) {
    guard label.unicodeScalars.count > room else { return (label, "") }
    var first: [Substring] = []
    var rest = label.split(separator: " ")[...]
    while let word = rest.first, first.isEmpty || (first + [word]).joined(separator: " ").unicodeScalars.count <= room {
      first.append(word)
      rest = rest.dropFirst()
    }
    return (first.joined(separator: " "), rest.joined(separator: " "))
  }

  /// The middle of the room that one of several names has.
  func middle(_ index: Int, of count: Int) -> Double {
    left + plotWidth * (Double(index) + 0.5) / Double(max(1, count))
  }

  /// A path through points; a gap lifts the pen.
  func path(_ points: [(x: Double, y: Double)?], _ name: HTML, isDashed: Bool = false) -> HTML {
    var steps = HTML()
    var isDrawing = false
    for point in points {
      guard let point else {
        isDrawing = false
        continue
      }
      steps += "\(when: isDrawing, "L", else: "M")\(coordinate: point.x) \(coordinate: point.y)"
      isDrawing = true
    }
    return """
      <path d="\(steps)" class="\(name)" fill="none"\(attribute: "stroke-dasharray", isDashed ? "5 4" : nil)/>
      """
  }

  func linked(_ mark: HTML, _ link: String?) -> HTML {
    guard let link else { return mark }
    return "<a href=\"\(url: link)\">\(mark)</a>"
  }

  static func colour(_ index: Int) -> HTML { "vc-c\(index % 8 + 1)" }

  func amount(_ value: Double, _ unit: Figure.Unit) -> String { format.amount(value, unit) }

  func scale(_ values: some Sequence<Double>, _ unit: Figure.Unit, fromZero: Bool, most: Double? = nil) -> Scale {
    Scale(covering: values, fromZero: fromZero, most: most) { format.tick($0, unit, step: $1) }
  }
}
