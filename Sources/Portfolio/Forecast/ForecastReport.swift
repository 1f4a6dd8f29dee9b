import Analytics
import Kernel

/// The forecast as programs get it. Keys are added, never changed.
package struct SegmentForecastReport: Encodable, Sendable {
  struct Trial: Encodable {
    let method: String
    let error: Double?
    let bias: Double?
  }

  struct Week: Encodable {
    let from: Day
    let value: Double
    let low: Double?
    let high: Double?
  }

  struct Part: Encodable {
    let segment: ID<Segment>?
    let name: String
    let method: String?
    let error: Double?
    let total: Double?
    let low: Double?
    let high: Double?
    let trials: [Trial]
    let weeks: [Week]

    init(_ name: String, _ segment: ID<Segment>?, _ forecast: SalesForecast?) {
      self.name = name
      self.segment = segment
      method = forecast?.method?.name
      error = forecast?.method?.error
      total = forecast?.total
      low = forecast?.interval?.low
      high = forecast?.interval?.high
      trials =
        forecast?.backTest.trials.map { Trial(method: $0.name, error: $0.error, bias: $0.bias) } ?? []
      weeks = (forecast?.fan ?? []).enumerated().map { step, spread in
        Week(
          from: (forecast?.from ?? Day(0)).adding(days: 7 * step), value: spread.value, low: spread.most?.low,
          high: spread.most?.high)
      }
    }
  }

  let asOf: Day
  let currency: String
  let horizon: Int
  let weeksKnown: Int
  let whole: Part
  let segmentation: String?
  let segments: [Part]
  let sumOfSegments: Double?
  let errorOfSum: Double?

  package init(_ answer: SegmentForecasts) {
    asOf = answer.asOf
    currency = answer.currency.code
    horizon = answer.horizon
    weeksKnown = answer.weeks
    whole = Part("All customers", nil, answer.whole)
    segmentation = answer.segmentation
    segments = answer.rows.map { Part($0.name, $0.segment, $0.forecast) }
    sumOfSegments = answer.sum
    errorOfSum = answer.errorOfSum
  }

  /// Name, method, how wrong it was, total and bounds of every part: the rows of a table.
  package var table: [[String]] {
    ([whole] + segments).map { part in
      [
        part.name, part.method ?? "too little past", part.error.map { "\(($0 * 1_000).rounded() / 10) %" } ?? "",
        part.total.map { "\($0.rounded())" } ?? "", part.low.map { "\($0.rounded())" } ?? "",
        part.high.map { "\($0.rounded())" } ?? "",
      ]
    }
  }
}
