package import JSON

/// Ages as kubectl prints them: `5s`, `2m5s`, `3h4m`, `2d3h`, `1y20d`; the older, the coarser.
///
/// Source: observed output of kubectl; two units while they say something, one after that.
package enum HumanDuration {
    /// - Parameter duration: below zero by more than a second it is `<invalid>`.
    package static func text(_ duration: Duration) -> String {
        let seconds = Int(duration.inSeconds.rounded(.down))
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        let minutes = seconds / 60
        let hours = seconds / 3600
        if seconds < 120 { return "\(seconds)s" }
        if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if hours < 192 { return pair(hours / 24, "d", hours % 24, "h") }
        if hours < 24 * 365 * 2 { return "\(hours / 24)d" }
        let years = hours / 24 / 365
        if hours < 24 * 365 * 8 { return pair(years, "y", hours / 24 % 365, "d") }
        return "\(years)y"
    }

    /// The time since a timestamp in a document; `<unknown>` where there is none.
    package static func since(_ value: JSONValue?, now: Timestamp) -> String {
        guard let time = value?.stringValue.flatMap(Timestamp.init(parsing:)) else { return "<unknown>" }
        return text(time.duration(to: now))
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}
