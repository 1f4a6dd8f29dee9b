import Kernel

/// One drawing of a map with cut lines, as SVG with attributes and classes only.
struct CutPicture: Part {
  let map: CutMap
  let panel: CutMap.Panel
  let number: Int

  static let width = 640.0
  static let height = 440.0
  static let left = 62.0
  static let top = 34.0
  static let plotWidth = width - left - 18
  static let plotHeight = height - top - 58

  private var across: CutMap.Axis { map.axes[panel.x] }
  private var up: CutMap.Axis { map.axes[panel.y] }

  private func x(_ value: Double) -> Double { Self.left + across.place(value) * Self.plotWidth }
  private func y(_ value: Double) -> Double { Self.top + (1 - up.place(value)) * Self.plotHeight }
  private var right: Double { Self.left + Self.plotWidth }
  private var bottom: Double { Self.top + Self.plotHeight }

  var html: HTML {
    """
    <svg class="vc-cut-svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" data-cut-panel="\(number)" \
    focusable="false" role="group" aria-label="\(words: up.title) by \(across.title.lowercased())">\
    \(frame)\(bubbles)\(panel.cells.html(corner))\
    \(map.lines.enumerated().filter { $0.element.axis == panel.x }.html { line($0.element, isAcross: true) })\
    \(map.lines.enumerated().filter { $0.element.axis == panel.y }.html { line($0.element, isAcross: false) })</svg>
    """
  }

  private func text(
    _ x: Double, _ y: Double, _ words: String, _ anchor: StaticString, _ name: StaticString = "vc-tick-text"
  ) -> HTML {
    """
    <text x="\(coordinate: x)" y="\(coordinate: y)" text-anchor="\(HTML(stringLiteral: anchor))" \
    class="\(HTML(stringLiteral: name))">\(words: words)</text>
    """
  }

  private func ticks(_ axis: CutMap.Axis) -> [Scale.Tick] {
    Scale(covering: [axis.low, axis.high], fromZero: false) { value, step in
      map.format.number(value, decimals: step < 0.0999 ? 2 : step < 0.999 ? 1 : 0)
        + (axis.suffix.isEmpty ? "" : Format.space + axis.suffix)
    }
    .ticks.filter { (axis.low...axis.high).contains($0.value) }
  }

  private var frame: HTML {
    """
    <g aria-hidden="true"><rect class="vc-cut-ground" x="\(coordinate: Self.left)" y="\(coordinate: Self.top)" \
    width="\(coordinate: Self.plotWidth)" height="\(coordinate: Self.plotHeight)"/>\
    \(ticks(up).html { text(Self.left - 8, y($0.value) + 4, $0.label, "end") })\
    \(ticks(across).html { text(x($0.value), bottom + 18, $0.label, "middle") })\
    \(text(4, 14, up.title, "start", "vc-axis-title"))\
    \(text(Self.left + Self.plotWidth / 2, bottom + 44, across.title, "middle", "vc-axis-title"))</g>
    """
  }

  private var bubbles: HTML {
    let largest = panel.bubbles.map(\.size).max() ?? 0
    return panel.bubbles.sorted { $0.size > $1.size }.html { bubble in
      let radius = largest > 0 ? max(2.5, 24 * (bubble.size / largest).squareRoot()) : 4
      let isElsewhere = bubble.stop.map { stop in
        panel.need.map { (stop >= map.lines[$0.line].stop) != $0.isHigh } ?? false
      }
      let mark: HTML = """
        <circle cx="\(coordinate: x(bubble.x))" cy="\(coordinate: y(bubble.y))" r="\(coordinate: radius)" \
        class="vc-bubble vc-c1"\(attribute: "data-cut-stop", bubble.stop.map { "\($0)" })\
        \(attribute: "visibility", isElsewhere == true ? "hidden" : nil)><title>\(words: bubble.words)</title></circle>
        """
      // The same customers stand in the list below, so that Tab need not walk through hundreds of circles.
      return bubble.link.map { "<a href=\"\(url: $0)\" tabindex=\"-1\" aria-hidden=\"true\">\(mark)</a>" } ?? mark
    }
  }

  /// Where the lines of an axis stand, between its ends.
  private func edges(_ axis: Int) -> [Double] {
    let stops = map.axes[axis].stops
    let lines = map.lines.filter { $0.axis == axis }.compactMap {
      stops.indices.contains($0.stop) ? stops[$0.stop].value : nil
    }
    return [map.axes[axis].low] + lines.sorted() + [map.axes[axis].high]
  }

  private func corner(_ cell: CutMap.Cell) -> HTML {
    let (columns, rows) = (edges(panel.x), edges(panel.y))
    guard columns.indices.contains(cell.x + 1), rows.indices.contains(cell.y + 1) else { return HTML() }
    let (from, to) = (x(columns[cell.x]), x(columns[cell.x + 1]))
    let (above, below) = (y(rows[cell.y + 1]), y(rows[cell.y]))
    let isHidden = to - from < 104 || below - above < 42
    // Names stand at the outer edges, away from where the lines cross and most customers are.
    let (isFirst, isLast) = (cell.x == 0, cell.x == columns.count - 2)
    let anchor = isFirst ? "start" : isLast ? "end" : "middle"
    let across = isFirst ? from + 8 : isLast ? to - 8 : (from + to) / 2
    let up = cell.y == rows.count - 2 ? above + 18 : cell.y == 0 ? below - 26 : (above + below) / 2 - 4
    return """
      <g class="vc-cut-corner" data-cut-corner="\(number)-\(cell.x)-\(cell.y)" aria-hidden="true" text-anchor="\(anchor)" \
      transform="translate(\(coordinate: across) \(coordinate: up))"\(attribute: "visibility", isHidden ? "hidden" : nil)>\
      <text class="vc-mark-text">\(words: cell.word)</text><text y="16" class="vc-corner">\
      <tspan data-cell="\(number)-\(cell.x)-\(cell.y)" data-of="count">\(map.format.count(cell.content.customers))</tspan>\
      <tspan>, </tspan><tspan data-cell="\(number)-\(cell.x)-\(cell.y)" data-of="sales">\
      \(CutMap.money(cell.content.sales, map.format))</tspan></text></g>
      """
  }

  private func line(_ line: CutMap.Line, isAcross: Bool) -> HTML {
    let stops = map.axes[line.axis].stops
    guard stops.indices.contains(line.stop) else { return HTML() }
    let stop = stops[line.stop]
    if isAcross {
      return """
        <g class="vc-cut-line vc-cut-x" data-cut-line="\(line.name)" transform="translate(\(coordinate: x(stop.value)) 0)">\
        <line class="vc-cut" y1="\(coordinate: Self.top)" y2="\(coordinate: bottom)"/>\
        <rect class="vc-cut-grip" x="-12" y="\(coordinate: Self.top)" width="24" height="\(coordinate: Self.plotHeight)"/>\
        <circle class="vc-cut-knob" cy="\(coordinate: bottom)" r="7"/>\
        <text class="vc-cut-words" y="\(coordinate: Self.top - 6)" text-anchor="middle" data-cut-words>\(words: stop.words)</text></g>
        """
    }
    return """
      <g class="vc-cut-line vc-cut-y" data-cut-line="\(line.name)" transform="translate(0 \(coordinate: y(stop.value)))">\
      <line class="vc-cut" x1="\(coordinate: Self.left)" x2="\(coordinate: right)"/>\
      <rect class="vc-cut-grip" x="\(coordinate: Self.left)" y="-12" width="\(coordinate: Self.plotWidth)" height="24"/>\
      <circle class="vc-cut-knob" cx="\(coordinate: Self.left)" r="7"/>\
      <text class="vc-cut-words" x="\(coordinate: right - 6)" y="-5" text-anchor="end" data-cut-words>\(words: stop.words)</text></g>
      """
  }
}
