import Foundation

/// Expected numbers made by another program, in the folder Golden; the script that made them stands beside them.
enum Golden {
  /// Reads one topic; a missing file or key throws, and so fails the test.
  static func read<Value: Decodable>(_ type: Value.Type, _ topic: String) throws -> Value {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: tests.appending(path: "Golden/\(topic).json")))
  }
}

/// Whether two numbers differ by no more than a share of the expected one, or by that much in absolute terms near zero.
func isNear(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
  value.map { abs($0 - expected) <= tolerance * max(1, abs(expected)) } ?? false
}
