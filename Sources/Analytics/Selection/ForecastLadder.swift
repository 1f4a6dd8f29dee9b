import Kernel

/// What customer value rests on, from the best that can be had downwards (domain formula F5, fall-backs).
public enum ForecastRung: Sendable, Equatable, Codable {
  /// A model that did well enough on spans it had not seen.
  case model(ModelName)
  /// Averages of cells of recency and frequency.
  case cellAverages
  /// No forecast: what customers have brought so far, and nothing more.
  case pastOnly
}

/// The rung that some data can carry, with the reason in words.
public struct ForecastLadder: Sendable, Equatable, Codable {
  public let rung: ForecastRung
  public let reason: String

  /// Customers below which there is no forecast at all.
  public static let fewestCustomers = 30.0
  /// Customers and customers with repeats below which no model is fitted.
  public static let fewestForModel = 200.0
  public static let fewestRepeaters = 100.0
  /// Error of the total on unseen spans above which a model is not used.
  public static let largestError = 0.3

  /// The rung for so many customers; `best` is the model with the least loss and its error of totals, nil when no
  /// model could be fitted.
  public init(customers: Double, repeaters: Double, best: (model: ModelName, totalError: Double?)?) {
    guard customers >= Self.fewestCustomers else {
      self.init(.pastOnly, "\(Self.there(customers)), fewer than 30.")
      return
    }
    guard customers >= Self.fewestForModel, repeaters >= Self.fewestRepeaters else {
      self.init(
        .cellAverages,
        "\(Self.there(customers)), \(Special.whole(repeaters, most: .max)) with repeats; a model needs 200 and 100."
      )
      return
    }
    guard let best else {
      self.init(.cellAverages, "No model could be fitted.")
      return
    }
    if let error = best.totalError, abs(error) > Self.largestError {
      let percent = Special.whole((abs(error) * 100).rounded(), most: 1_000_000)
      self.init(.cellAverages, "\(best.model.rawValue) was \(percent) % off on spans it had not seen, more than 30 %.")
      return
    }
    self.init(.model(best.model), "\(best.model.rawValue) lost least on spans it had not seen.")
  }

  private static func there(_ customers: Double) -> String {
    let count = Special.whole(customers, most: .max)
    return count == 1 ? "There is 1 customer" : "There are \(count) customers"
  }

  private init(_ rung: ForecastRung, _ reason: String) {
    self.rung = rung
    self.reason = reason
  }
}
