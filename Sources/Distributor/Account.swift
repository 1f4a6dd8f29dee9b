/// What an organisation is really like; nothing of this is written to a file.
struct Account {
  /// The part it plays. Only what follows from it in purchases, counts and statements can be seen.
  enum Part: Equatable {
    case ordinary
    /// Brings a large share of the contribution and asks little time for it.
    case magnet
    /// As large, and takes more time than it brings.
    case hungryGiant
    /// Buys much, earns nearly nothing.
    case volume
    /// Loses money, and one step would mend it.
    case lossByVisits, lossByOrders, lossByDiscount
    /// Loses money for many reasons at once.
    case hopeless
    /// Left for good, long enough ago to be seen; worth winning back or not.
    case leftWorth, leftSlight
    /// Tried once or a few times, long ago.
    case taster
    /// Left for good so lately that nobody can know.
    case leftUnseen
    /// Never bought; fits what the company looks for, or does not.
    case prospect, unfitProspect
  }

  var part: Part
  let segment: Int
  var isLarge = false
  /// Orders a few times a year.
  var isCasual = false
  var isBenchmark = false
  var isInspiration = false
  var isDeclining = false
  /// Day of the first order it may place.
  var since = 0
  /// Day from which it never orders again.
  var left: Int?
  /// Orders a year while it stays, net euros of an order, and chance to leave in a month.
  var rate = 12.0
  var size = 400.0
  var hazard = 0.003
  var discount = 6
  var visits = 2.0
  var visitMinutes = 55.0
  var calls = 8.0
  var callMinutes = 8.0
  var tickets = 2.0
  var ticketMinutes = 18.0
  /// Chance that something of an order comes back.
  var returns = 0.04
  var terms = 30
  /// Days after the due day on which it usually pays.
  var late = 3.0
  /// Sites below the organisation.
  var sites = 0
  /// Product and the day from which the next order has it for the first time.
  var adoptions: [(product: Int, day: Int)] = []

  var isProspect: Bool { part == .prospect || part == .unfitProspect }
  var isLeaver: Bool { left != nil }
  var isGiant: Bool { part == .magnet || part == .hungryGiant }
  var isLossMaking: Bool { [.lossByVisits, .lossByOrders, .lossByDiscount, .hopeless].contains(part) }
}
