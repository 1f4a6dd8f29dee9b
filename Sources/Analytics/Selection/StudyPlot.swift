import Foundation

/// A small plot of a study, as data and as SVG text for the documentation.
public struct StudyPlot: Sendable, Equatable, Codable {
  /// Points that belong together.
  public struct Series: Sendable, Equatable, Codable {
    public let name: String
    public let x: [Double]
    public let y: [Double]
    /// Whether the points are joined.
    public let isLine: Bool

    public init(name: String, x: [Double], y: [Double], isLine: Bool) {
      self.name = name
      self.x = x
      self.y = y
      self.isLine = isLine
    }
  }

  public let title: String
  public let xLabel: String
  public let yLabel: String
  public let series: [Series]

  public init(title: String, xLabel: String, yLabel: String, series: [Series]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
  }

  private static let colours = ["#2f6fb5", "#c2571a", "#3a8f4d", "#8a4fb0", "#9a7b00", "#7a7a7a"]
  private static let (width, height, left, bottom, top, right) = (640.0, 400.0, 70.0, 50.0, 40.0, 150.0)

  /// The plot, 640 by 400, readable on light and dark ground. Points that are not finite are left out.
  public func svg() -> String {
    let points = series.flatMap { Array(zip($0.x, $0.y)) }.filter { $0.0.isFinite && $0.1.isFinite }
    let (xTicks, yTicks) = (StudyPlot.ticks(points.map(\.0)), StudyPlot.ticks(points.map(\.1)))
    func horizontal(_ x: Double) -> Double {
      StudyPlot.place(x, xTicks, from: Self.left, to: Self.width - Self.right)
    }
    func vertical(_ y: Double) -> Double {
      StudyPlot.place(y, yTicks, from: Self.height - Self.bottom, to: Self.top)
    }
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 400\" font-family=\"sans-serif\" font-size=\"12\""
        + " role=\"img\"><title>\(StudyPlot.escaped(title))</title>",
      "<rect width=\"640\" height=\"400\" fill=\"#fff\"/>", StudyPlot.text(title, 320, 22, anchor: "middle"),
      StudyPlot.text(xLabel, (Self.left + Self.width - Self.right) / 2, 390, anchor: "middle"),
      StudyPlot.text(yLabel, 12, 24, anchor: "start"),
    ]
    for tick in xTicks {
      lines.append(StudyPlot.text(StudyPlot.label(tick), horizontal(tick), 366, anchor: "middle"))
      lines.append(StudyPlot.rule(horizontal(tick), Self.top, horizontal(tick), Self.height - Self.bottom))
    }
    for tick in yTicks {
      lines.append(StudyPlot.text(StudyPlot.label(tick), Self.left - 6, vertical(tick) + 4, anchor: "end"))
      lines.append(StudyPlot.rule(Self.left, vertical(tick), Self.width - Self.right, vertical(tick)))
    }
    for (index, one) in series.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let places = zip(one.x, one.y).filter { $0.0.isFinite && $0.1.isFinite }
        .map { (x: horizontal($0.0), y: vertical($0.1)) }
      if one.isLine {
        let path = places.map { "\(StudyPlot.number($0.x)),\(StudyPlot.number($0.y))" }.joined(separator: " ")
        lines.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\"/>")
      }
      for place in places where !one.isLine || places.count < 20 {
        lines.append(
          "<circle cx=\"\(StudyPlot.number(place.x))\" cy=\"\(StudyPlot.number(place.y))\" r=\"3\" fill=\"\(colour)\"/>"
        )
      }
      let height = Self.top + 14 + 18 * Double(index)
      lines.append("<circle cx=\"502\" cy=\"\(StudyPlot.number(height - 4))\" r=\"4\" fill=\"\(colour)\"/>")
      lines.append(StudyPlot.text(one.name, 512, height, anchor: "start"))
    }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private static func place(_ value: Double, _ ticks: [Double], from: Double, to: Double) -> Double {
    guard let low = ticks.first, let high = ticks.last, high > low else { return (from + to) / 2 }
    return from + (value - low) / (high - low) * (to - from)
  }

  /// Round numbers that enclose the values, five to ten of them.
  private static func ticks(_ values: [Double]) -> [Double] {
    guard let low = values.min(), let high = values.max() else { return [0, 1] }
    let span = max(high - low, abs(high) * 1e-3, 1e-9)
    let power = pow(10, (log10(span / 5)).rounded(.down))
    let step = [1.0, 2, 5, 10].map { $0 * power }.first { span / $0 <= 8 } ?? 10 * power
    let first = (low / step).rounded(.down)
    let count = Special.whole((high / step).rounded(.up) - first, most: 20)
    return (0...max(1, count)).map { (first + Double($0)) * step }
  }

  private static func label(_ value: Double) -> String {
    let rounded = (value * 1e6).rounded() / 1e6
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? String(Int(rounded)) : String(rounded)
  }

  private static func number(_ value: Double) -> String { String((value * 10).rounded() / 10) }

  private static func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"#ddd\"/>"
  }

  private static func text(_ text: String, _ x: Double, _ y: Double, anchor: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" fill=\"#333\">\(escaped(text))</text>"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
