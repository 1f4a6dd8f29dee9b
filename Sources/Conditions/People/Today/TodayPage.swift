import Customers
import Kernel
import Records
import Web

/// The page of the day: the work first, then what waits, then what changed.
struct TodayPage {
  let sheet: DaySheet
  let records: Catalogues
  let visit: Visit

  private var viewer: Viewer { visit.viewer }

  var html: HTML {
    Shell.page(
      title: "Today", path: TodayRoutes.path, viewer: viewer, lead: lead, actions: actions,
      body: """
        \(QuickTask(visit: visit, path: TodayRoutes.path))\
        <div class="vc-today"><div class="vc-today-work">\(work)</div>\
        <div class="vc-today-aside">\(waiting)\(reviews)\(changes)</div></div>
        """)
  }

  private var lead: HTML {
    let format = viewer.format
    let day = format.longDay(sheet.day)
    guard visit.actor.may(.see, .task) else { return "\(day)." }
    let late = sheet.overdue.count
    let due = sheet.today.count
    guard late + due > 0 else { return "\(day). Nothing is due." }
    let parts = [
      late > 0 ? "\(format.count(late, "task is", "tasks are")) late" : nil,
      due > 0 ? "\(format.count(due, "is", "are")) due today" : nil,
    ].compactMap { $0 }
    return "\(day). \(Format.list(parts))."
  }

  private var actions: HTML {
    guard visit.actor.may(.see, .task) else { return HTML() }
    return LinkButton("All my tasks", TaskRoutes.dayPath, weight: .quiet, icon: "checkbox").html
  }

  private var work: HTML {
    guard visit.actor.may(.see, .task) else { return HTML() }
    return "\(late)\(due)\(coming)"
  }

  private func rows(_ tasks: [WorkTask]) -> TaskRows {
    TaskRows(tasks, records: records, visit: visit, path: TodayRoutes.path, phones: sheet.phones)
  }

  private var late: HTML {
    guard !sheet.overdue.isEmpty else { return HTML() }
    return """
      <section><h2>Late</h2>\(rows(sheet.overdue).table(
        "The most urgent first", empty: EmptyState("Nothing is late", reason: "")))</section>
      """
  }

  private var due: HTML {
    guard sheet.today.isEmpty else {
      return """
        <section><h2>Due today</h2>\(rows(sheet.today).table(
          "The most urgent first", empty: EmptyState("Nothing is due", reason: "")))</section>
        """
    }
    let isFree = sheet.overdue.isEmpty
    return """
      <section><h2>Due today</h2><div class="vc-card">\(EmptyState(
        isFree ? "Your day is free" : "Nothing else is due today",
        reason: isFree
          ? "No task of yours is late or due. Write one down above, or look for customers to call."
          : "What is late stands above.",
        icon: isFree ? "mood-smile" : "checkbox",
        action: isFree ? LinkButton("Customers", "/customers", icon: "users").html : HTML()))</div></section>
      """
  }

  private var coming: HTML {
    guard !sheet.coming.isEmpty else { return HTML() }
    return """
      <section><h2>Coming</h2>\(rows(sheet.coming).table(
        "What is due next", empty: EmptyState("Nothing is coming", reason: "")))</section>
      """
  }

  private var waiting: HTML {
    guard visit.actor.user != nil else { return HTML() }
    let lines: HTML =
      sheet.notifications.isEmpty
      ? "<p class=\"text-secondary\">You have read everything.</p>"
      : """
      <ul class="vc-lines-list">\(sheet.notifications.html {
        "<li>\(NotificationLine(notification: $0, viewer: viewer)) <small>\(viewer.time($0.createdAt))</small></li>"
      })</ul>
      """
    return """
      <section class="vc-card"><h2 class="vc-card-title">What you were told</h2>\(lines)\
      <p><a href="/notifications">All notifications</a></p></section>
      """
  }

  private var reviews: HTML {
    guard !sheet.decisions.isEmpty else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">Decisions to review</h2><ul class="vc-lines-list">\
      \(sheet.decisions.html { decision in
        """
        <li><a href="/decisions/\(decision.id)">\(words: decision.title)</a> \
        <small>\(decision.reviewDay <= sheet.day ? "since" : "on") \(viewer.time(decision.reviewDay))</small></li>
        """
      })</ul></section>
      """
  }

  private var changes: HTML {
    guard visit.actor.may(.see, .customer), visit.actor.user != nil else { return HTML() }
    let lines: HTML =
      sheet.changes.isEmpty
      ? "<p class=\"text-secondary\">Nobody else touched a customer of yours since yesterday.</p>"
      : """
      <ul class="vc-lines-list">\(sheet.changes.html { change in
        """
        <li><a href="/customers/\(change.customer)">\(change.name)</a> \(words: change.words) by \(change.by) \
        <small>\(viewer.time(change.at))</small></li>
        """
      })</ul>
      """
    return
      "<section class=\"vc-card\"><h2 class=\"vc-card-title\">Your customers since yesterday</h2>\(lines)</section>"
  }
}
