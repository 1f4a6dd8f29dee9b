import Kernel

extension Picture {
  func scales(_ bubbles: Chart.Bubbles) -> (x: Scale, y: Scale) {
    func covering(_ values: [Double], _ axis: Chart.Bubbles.Axis) -> Scale {
      let known = values + [axis.cut].compactMap { $0 }
      return scale(known, axis.unit, fromZero: (known.min() ?? 0) >= 0)
    }
    return (covering(bubbles.bubbles.map(\.x), bubbles.x), covering(bubbles.bubbles.map(\.y), bubbles.y))
  }

  /// The radius of a bubble: its area, not its width, stands for the size.
  static func radius(_ size: Double, largest: Double) -> Double {
    largest > 0 ? max(3, 26 * (size / largest).squareRoot()) : 5
  }

  func draw(_ bubbles: Chart.Bubbles) -> HTML {
    let (across, up) = scales(bubbles)
    let largest = bubbles.bubbles.map(\.size).max() ?? 0
    let named = Set(bubbles.bubbles.sorted { $0.size > $1.size }.prefix(8).map(\.label))
    return """
      \(verticalAxis(up, title: bubbles.y.title))\(horizontalAxis(across, title: bubbles.x.title))\
      \(cuts(bubbles, across, up))\
      \(bubbles.bubbles.sorted { $0.size > $1.size }.html { bubble in
        let place = (x: x(across.place(bubble.x)), y: y(up.place(bubble.y)))
        let radius = Picture.radius(bubble.size, largest: largest)
        let mark: HTML = """
          <circle cx="\(coordinate: place.x)" cy="\(coordinate: place.y)" r="\(coordinate: radius)" \
          class="vc-bubble \(Picture.colour(bubble.group))"><title>\(words: bubble.label)</title></circle>\
          \(when: named.contains(bubble.label), words(place.x, place.y - radius - 5, bubble.label))
          """
        return linked(mark, bubble.link)
      })
      """
  }

  private func cuts(_ bubbles: Chart.Bubbles, _ across: Scale, _ up: Scale) -> HTML {
    var drawn = HTML()
    if let cut = bubbles.x.cut { drawn += line(x(across.place(cut)), top, x(across.place(cut)), y(0), "vc-cut") }
    if let cut = bubbles.y.cut { drawn += line(left, y(up.place(cut)), width - right, y(up.place(cut)), "vc-cut") }
    guard bubbles.corners.count == 4 else { return drawn }
    let (near, far) = (left + 8, width - right - 8)
    drawn += words(near, top + 14, bubbles.corners[0], anchor: "start", "vc-corner")
    drawn += words(far, top + 14, bubbles.corners[1], anchor: "end", "vc-corner")
    drawn += words(near, y(0) - 8, bubbles.corners[2], anchor: "start", "vc-corner")
    return drawn + words(far, y(0) - 8, bubbles.corners[3], anchor: "end", "vc-corner")
  }

  /// The shade of a value, 0 to 9.
  static func shade(_ value: Double, _ range: ClosedRange<Double>) -> Int {
    let width = range.upperBound - range.lowerBound
    guard value.isFinite, width > 0 else { return 0 }
    return Int(min(9, max(0, (value - range.lowerBound) / width * 9.999)))
  }

  static func range(_ map: Chart.HeatMap) -> ClosedRange<Double> {
    if let range = map.range { return range }
    let values = map.rows.flatMap { $0.cells.compactMap { $0?.value } }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max(), high > low else { return 0...1 }
    return min(0, low)...high
  }

  /// A heat map is a table with shaded cells: it can be read aloud, copied and followed without any script.
  func shaded(_ map: Chart.HeatMap) -> HTML {
    let range = Picture.range(map)
    let hasSizes = map.rows.contains { $0.size != nil }
    return """
      <table class="vc-heat"><thead><tr><th scope="col">\(words: map.rowTitle)</th>\
      \(when: hasSizes, "<th scope=\"col\" class=\"vc-number\">\(words: map.sizeTitle)</th>")\
      \(map.columns.html { "<th scope=\"col\" class=\"vc-number\"><span class=\"visually-hidden\">\(words: map.columnTitle) </span>\(words: $0)</th>" })\
      </tr></thead><tbody>\(map.rows.html { row in
        """
        <tr><th scope="row">\(words: row.label)</th>\(when: hasSizes, "<td class=\"vc-number vc-heat-size\">\(row.size)</td>")\
        \(row.cells.html { cell($0, map, range) })</tr>
        """
      })</tbody></table>
      """
  }

  private func cell(_ cell: Chart.HeatMap.Cell?, _ map: Chart.HeatMap, _ range: ClosedRange<Double>) -> HTML {
    guard let cell, cell.value.isFinite else { return "<td class=\"vc-heat-none\"></td>" }
    let text = map.unit == .share ? format.percent(cell.value, decimals: 0) : amount(cell.value, map.unit)
    let inside: HTML = cell.link.map { "<a href=\"\(url: $0)\">\(text)</a>" } ?? HTML(text: text)
    return """
      <td class="vc-number vc-h\(Picture.shade(cell.value, range))"\(attribute: "title", cell.note)>\(inside)</td>
      """
  }
}
