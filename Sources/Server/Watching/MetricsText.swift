/// Figures in the text format that Prometheus reads (version 0.0.4).
struct MetricsText {
  private(set) var text = ""

  /// One family of figures: a heading, then a line for each.
  mutating func add(
    _ name: String, _ kind: String, _ help: String, _ values: [(labels: [(String, String)], value: Double)]
  ) {
    guard !values.isEmpty else { return }
    heading(name, kind, help)
    for one in values { line(name, one.labels, one.value) }
  }

  mutating func add(_ name: String, _ kind: String, _ help: String, _ value: Double?) {
    if let value { add(name, kind, help, [(labels: [], value: value)]) }
  }

  /// How many took how long: cumulative counts up to each bound, the sum and the count.
  mutating func add(_ name: String, _ help: String, _ series: [(key: RequestMeter.Key, series: RequestMeter.Series)]) {
    guard !series.isEmpty else { return }
    heading(name, "histogram", help)
    for (key, one) in series {
      let labels = [("method", key.method), ("route", key.route)]
      for (bound, count) in zip(RequestMeter.bounds, one.buckets) {
        line(name + "_bucket", labels + [("le", "\(bound)")], Double(count))
      }
      line(name + "_bucket", labels + [("le", "+Inf")], Double(one.count))
      line(name + "_sum", labels, one.seconds)
      line(name + "_count", labels, Double(one.count))
    }
  }

  private mutating func heading(_ name: String, _ kind: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  private mutating func line(_ name: String, _ labels: [(String, String)], _ value: Double) {
    let written = labels.map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }.joined(separator: ",")
    text += "\(name)\(written.isEmpty ? "" : "{\(written)}") \(MetricsText.number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 9e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
      case 10: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
