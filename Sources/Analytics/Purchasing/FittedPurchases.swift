import Foundation
import Kernel

/// A purchase model fitted to histories: the process at the estimates, and how certain they are.
public struct FittedPurchases<Process: PurchaseProcess>: Sendable {
  /// The model at the estimates.
  public let process: Process
  /// What was found and how well.
  public let report: FitReport
  /// The maximum itself.
  public let estimate: Estimate
  /// The period times are counted in.
  public let unit: TimeUnit

  /// What to expect of a customer.
  public func outlook(for history: PurchaseHistory) -> Process.CustomerOutlook { process.outlook(for: history) }

  /// What to expect of a new customer.
  public var newCustomer: Process.CustomerOutlook { process.newCustomer }
}
