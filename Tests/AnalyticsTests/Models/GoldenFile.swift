import Foundation
import Testing

/// Published or independently computed numbers of one model, with where they come from.
struct GoldenFile: Decodable {
  struct Fit: Decodable {
    let data: String
    let parameters: [String: Double]
    let parameterTolerance: [String: Double]?
    let standardErrors: [String: Double]?
    let logLikelihood: Double
    let source: String
  }

  struct Check: Decodable {
    let quantity: String
    /// In the order of the model's names; the fit of `fit` when missing.
    let parameters: [Double]?
    /// Frequency, recency, age; a new customer when missing.
    let history: [Double]?
    let periods: Double?
    let rate: Double?
    let first: Int?
    let expected: [Double]
    /// Relative.
    let tolerance: Double
    let source: String
  }

  let model: String
  let fit: Fit?
  let checks: [Check]

  static func read(_ model: String) throws -> GoldenFile {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/\(model).json")
    return try JSONDecoder().decode(GoldenFile.self, from: Data(contentsOf: file))
  }
}

/// Whether `value` is `expected` to a relative tolerance.
func agrees(_ value: Double, _ expected: Double, within tolerance: Double) -> Bool {
  value == expected || abs(value - expected) <= tolerance * abs(expected)
}
