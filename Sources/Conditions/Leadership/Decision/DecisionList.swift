import Kernel

/// The decisions as programs get them. Keys are added, never changed.
package struct DecisionList: Encodable, Sendable {
  package let rows: [Decision]
  /// How past forecasts turned out.
  package let record: TrackRecordSheet

  package init(rows: [Decision], record: TrackRecord) {
    self.rows = rows
    self.record = TrackRecordSheet(record)
  }
}

/// A track record in numbers.
package struct TrackRecordSheet: Encodable, Sendable {
  let judged: Int
  let meanAbsoluteError: Double?
  let bias: Double?
  let withInterval: Int
  let inside: Int

  package init(_ record: TrackRecord) {
    judged = record.entries.count
    meanAbsoluteError = record.meanAbsoluteError
    bias = record.bias
    withInterval = record.withInterval
    inside = record.inside
  }
}

/// A forecast that an analysis offers, as programs get it.
package struct OfferRow: Encodable, Sendable {
  let key: String
  let title: String
  let measure: Measure
  let group: String
  let customers: Int
  let value: Double
  let low: Double?
  let high: Double?
  let cover: Double?
  let window: Period
  let asOf: Day
  let method: String
  let explanation: String

  package init(_ offer: Forecast.Offer) {
    key = offer.key
    title = offer.title
    measure = offer.measure
    group = offer.group.name
    customers = offer.group.members.count
    (value, low, high, cover) = (offer.value, offer.low, offer.high, offer.cover)
    (window, asOf, method, explanation) = (offer.window, offer.asOf, offer.method, offer.explanation)
  }
}
