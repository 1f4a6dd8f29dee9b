import Kernel

extension Picture {
  func scales(_ curve: Chart.ShareCurve) -> (customers: Scale, value: Scale) {
    let top = curve.points.map(\.value).max() ?? 1
    let isWhale = top > 1.0001
    let lowest = min(0, curve.points.map(\.value).min() ?? 0)
    return (
      scale([0, 1], .share, fromZero: true, most: 1),
      scale([lowest, max(1, top)], .share, fromZero: true, most: isWhale ? nil : 1)
    )
  }

  func draw(_ curve: Chart.ShareCurve) -> HTML {
    let (customers, value) = scales(curve)
    func at(_ x0: Double, _ y0: Double) -> (x: Double, y: Double) { (x(customers.place(x0)), y(value.place(y0))) }
    let points = [at(0, 0)] + curve.points.map { at($0.customers, $0.value) }
    let ground = y(value.place(0))
    let area = HTML.joined(points.map { "L\(coordinate: $0.x) \(coordinate: $0.y)" })
    let end = points.last ?? (left, ground)
    return """
      \(verticalAxis(value, title: curve.valueTitle))\(horizontalAxis(customers, title: curve.customersTitle))\
      <path d="M\(coordinate: left) \(coordinate: ground)\(area)L\(coordinate: end.x) \(coordinate: ground)Z" class="vc-area vc-c1"/>\
      \(line(left, y(value.place(0)), x(1), y(value.place(1)), "vc-diagonal"))\
      \(path(points, "vc-line vc-c1"))\(cut(curve, at))\
      \(curve.highlights.html { mark in
        let place = at(mark.customers, mark.value)
        return "<circle cx=\"\(coordinate: place.x)\" cy=\"\(coordinate: place.y)\" r=\"5\" class=\"vc-dot vc-c2\"/>"
          + words(place.x + 9, place.y + 15, mark.label, anchor: "start", "vc-mark-text")
      })
      """
  }

  private func cut(_ curve: Chart.ShareCurve, _ at: (Double, Double) -> (x: Double, y: Double)) -> HTML {
    guard let cut = curve.cut, let found = curve.cutAt else { return HTML() }
    let place = at(found, cut)
    let text = "\(format.percent(found)) of customers bring \(format.percent(cut, decimals: 0))"
    return """
      \(line(left, place.y, place.x, place.y, "vc-cut"))\(line(place.x, place.y, place.x, y(0), "vc-cut"))\
      <circle cx="\(coordinate: place.x)" cy="\(coordinate: place.y)" r="5" class="vc-dot vc-c1"/>\
      \(words(place.x + 10, place.y + 18, text, anchor: "start", "vc-mark-text"))
      """
  }

  func scale(_ lines: Chart.Lines) -> Scale {
    let values = lines.series.flatMap { $0.values + $0.low + $0.high }.compactMap { $0 }
    return scale(values, lines.unit, fromZero: lines.fromZero)
  }

  func draw(_ lines: Chart.Lines) -> HTML {
    let scale = scale(lines)
    let count = lines.labels.count
    return """
      \(shade(lines))\(verticalAxis(scale, title: lines.title))\(names(lines.labels))\
      \(lines.series.enumerated().html { index, series in
        band(series, index, scale, count)
          + path(
            series.values.enumerated().map { place, value in
              value.map { (middle(place, of: count), y(scale.place($0))) }
            }, "vc-line \(Picture.colour(index))", isDashed: series.isDashed)
      })
      """
  }

  private func shade(_ lines: Chart.Lines) -> HTML {
    guard let first = lines.shadedFrom, first >= 0, first < lines.labels.count else { return HTML() }
    let from = left + plotWidth * Double(first) / Double(lines.labels.count)
    return """
      <rect x="\(coordinate: from)" y="\(coordinate: top)" width="\(coordinate: width - right - from)" \
      height="\(coordinate: plotHeight)" class="vc-shade"/>\(words(from + 8, top + 14, lines.shadedWords, anchor: "start"))
      """
  }

  private func band(_ series: Chart.Series, _ index: Int, _ scale: Scale, _ count: Int) -> HTML {
    guard !series.low.isEmpty else { return HTML() }
    let pairs = zip(series.low, series.high).enumerated().compactMap { place, pair -> (Int, Double, Double)? in
      guard let low = pair.0, let high = pair.1 else { return nil }
      return (place, low, high)
    }
    guard pairs.count > 1 else { return HTML() }
    let there = pairs.map { (middle($0.0, of: count), y(scale.place($0.2))) }
    let back = pairs.reversed().map { (middle($0.0, of: count), y(scale.place($0.1))) }
    let points = HTML.joined((there + back).map { "\(coordinate: $0.0),\(coordinate: $0.1)" as HTML }, separator: " ")
    return "<polygon points=\"\(points)\" class=\"vc-band \(Picture.colour(index))\"/>"
  }
}
