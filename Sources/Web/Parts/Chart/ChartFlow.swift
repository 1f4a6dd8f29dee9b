import Kernel

extension Chart {
  /// Who went from where to where: places before on the left, places after on the right, streams as wide as their size.
  package struct Flow: Sendable {
    package struct Stream: Sendable {
      let from: String
      let to: String
      let size: Double
      let link: String?
      package init(from: String, to: String, size: Double, link: String? = nil) {
        self.from = from
        self.to = to
        self.size = size.isFinite ? max(0, size) : 0
        self.link = link
      }
    }

    let places: [String]
    let streams: [Stream]
    let unit: Figure.Unit
    let fromTitle: String
    let toTitle: String

    /// - Parameter places: every place in the order of both sides; a place has one colour wherever it stands.
    package init(places: [String], streams: [Stream], unit: Figure.Unit, fromTitle: String, toTitle: String) {
      self.places = places
      self.streams = streams.filter { $0.size > 0 && places.contains($0.from) && places.contains($0.to) }
      self.unit = unit
      self.fromTitle = fromTitle
      self.toTitle = toTitle
    }

    /// The places of one side that have a stream, with what goes through them.
    func side(_ place: KeyPath<Stream, String>) -> [(name: String, colour: Int, size: Double)] {
      places.enumerated().compactMap { index, name in
        let size = streams.filter { $0[keyPath: place] == name }.reduce(0) { $0 + $1.size }
        return size > 0 ? (name, index, size) : nil
      }
    }
  }
}

extension Picture {
  private var barWidth: Double { 12 }
  private var gap: Double { 14 }

  /// Where each place of a side begins and ends.
  private func layout(_ side: [(name: String, colour: Int, size: Double)], _ most: Int) -> [String: ClosedRange<Double>]
  {
    let total = side.reduce(0) { $0 + $1.size }
    guard total > 0 else { return [:] }
    let room = plotHeight + 20 - gap * Double(max(0, most - 1))
    var at = top
    var spans: [String: ClosedRange<Double>] = [:]
    for place in side {
      let height = max(1, place.size / total * room)
      spans[place.name] = at...(at + height)
      at += height + gap
    }
    return spans
  }

  func draw(_ flow: Chart.Flow) -> HTML {
    let (before, after) = (flow.side(\.from), flow.side(\.to))
    let most = max(before.count, after.count)
    let (starts, ends) = (layout(before, most), layout(after, most))
    let total = flow.streams.reduce(0) { $0 + $1.size }
    let (from, to) = (160.0, width - 160)
    let scale = total > 0 ? (plotHeight + 20 - gap * Double(max(0, most - 1))) / total : 0
    var (left, right) = (starts.mapValues(\.lowerBound), ends.mapValues(\.lowerBound))
    let streams = ordered(flow).html { stream -> HTML in
      let height = max(1, stream.size * scale)
      let (y1, y2) = ((left[stream.from] ?? top) + height / 2, (right[stream.to] ?? top) + height / 2)
      left[stream.from] = (left[stream.from] ?? top) + height
      right[stream.to] = (right[stream.to] ?? top) + height
      let middle = (from + to) / 2
      let colour = Picture.colour(flow.places.firstIndex(of: stream.from) ?? 0)
      return linked(
        """
        <path d="M\(coordinate: from + barWidth) \(coordinate: y1)C\(coordinate: middle) \(coordinate: y1) \
        \(coordinate: middle) \(coordinate: y2) \(coordinate: to) \(coordinate: y2)" class="vc-stream \(colour)" \
        stroke-width="\(coordinate: height)" fill="none"><title>\(stream.from) to \(stream.to): \
        \(amount(stream.size, flow.unit))</title></path>
        """, stream.link)
    }
    return streams + bars(before, starts, at: from, textAt: from - 8, anchor: "end", flow.unit)
      + bars(after, ends, at: to, textAt: to + barWidth + 8, anchor: "start", flow.unit)
      + words(from, 20, flow.fromTitle, anchor: "end", "vc-axis-title")
      + words(to + barWidth, 20, flow.toTitle, anchor: "start", "vc-axis-title")
  }

  // In the order of the places on both sides, so that streams cross as little as they can.
  private func ordered(_ flow: Chart.Flow) -> [Chart.Flow.Stream] {
    let places = Dictionary(flow.places.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return flow.streams.sorted {
      (places[$0.from] ?? 0, places[$0.to] ?? 0) < (places[$1.from] ?? 0, places[$1.to] ?? 0)
    }
  }

  private func bars(
    _ side: [(name: String, colour: Int, size: Double)], _ spans: [String: ClosedRange<Double>], at x: Double,
    textAt: Double, anchor: StaticString, _ unit: Figure.Unit
  ) -> HTML {
    side.html { place -> HTML in
      guard let span = spans[place.name] else { return HTML() }
      let middle = (span.lowerBound + span.upperBound) / 2
      return """
        <rect x="\(coordinate: x)" y="\(coordinate: span.lowerBound)" width="\(coordinate: barWidth)" \
        height="\(coordinate: span.upperBound - span.lowerBound)" class="vc-bar \(Picture.colour(place.colour))"/>\
        \(words(textAt, middle + 4, "\(place.name), \(amount(place.size, unit))", anchor: anchor, "vc-mark-text"))
        """
    }
  }
}
