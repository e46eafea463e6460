import KubernetesModel

extension RolloutTimeline {
    /// The drawing as an SVG document of its own: where requests go, how many pods there are, and what happened.
    package var svg: String {
        let drawing = TimelineDrawing(self)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + drawing.element(isDocument: true) + "\n"
    }

    /// A page with the drawing, a summary, and everything that was done.
    ///
    /// - Parameters:
    ///   - summary: lines to show above the drawing.
    ///   - entries: what happened, in order of time.
    package func html(summary: [String], entries: [UpdateForecast.Entry]) -> String {
        let rows = entries.map { entry in
            "<tr><td>\(TimelineText.clock(entry.at))</td><td>\(TimelineText.escaped(entry.text))</td></tr>"
        }
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>\(TimelineText.escaped(title))</title>
            <style>
            body { font: 14px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 980px; color: #222; }
            table { border-collapse: collapse; font-size: 13px; }
            td { padding: 1px 12px 1px 0; vertical-align: top; }
            td:first-child { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; color: #666; }
            pre { background: #f6f6f6; padding: 8px 12px; overflow-x: auto; }
            </style>
            </head>
            <body>
            <h1>\(TimelineText.escaped(title))</h1>
            <pre>\(summary.map(TimelineText.escaped).joined(separator: "\n"))</pre>
            \(TimelineDrawing(self).element(isDocument: false))
            <h2>What happened</h2>
            <table>
            \(rows.joined(separator: "\n"))
            </table>
            </body>
            </html>

            """
    }
}

/// Places a timeline on a plane of 960 points in width.
private struct TimelineDrawing {
    private static let colours = ["#4c78a8", "#f58518", "#54a24b", "#b279a2", "#9d755d"]
    private static let failingColour = "#d62728"
    private static let left = 60.0
    private static let right = 940.0
    private static let traffic = (top: 60.0, bottom: 210.0)
    private static let pods = (top: 250.0, bottom: 370.0)
    private static let listTop = 430.0
    private static let lineHeight = 16.0
    /// More marks than this are not drawn; the list ends with how many there are.
    private static let marksMax = 60

    private let timeline: RolloutTimeline
    private let podsMax: Int
    private var lines: [String] = []

    init(_ timeline: RolloutTimeline) {
        self.timeline = timeline
        podsMax = max(1, timeline.moments.map { $0.pods.reduce(0, +) }.max() ?? 1)
    }

    func element(isDocument: Bool) -> String {
        var copy = self
        copy.draw()
        let height = Self.listTop + Double(min(timeline.marks.count, Self.marksMax) + 2) * Self.lineHeight
        let namespace = isDocument ? " xmlns=\"http://www.w3.org/2000/svg\"" : ""
        let head =
            "<svg\(namespace) viewBox=\"0 0 960 \(TimelineText.number(height))\" width=\"960\" "
            + "font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">"
        return ([head] + copy.lines + ["</svg>"]).joined(separator: "\n")
    }

    private mutating func draw() {
        text(Self.left, 20, timeline.title, "font-size=\"15\" font-weight=\"bold\"")
        legend()
        stack(Self.traffic, of: 1) { $0.shares + [$0.failing] }
        frame(Self.traffic, "requests", "100 %")
        stack(Self.pods, of: Double(podsMax)) { $0.pods.map(Double.init) }
        frame(Self.pods, "pods", "\(podsMax)")
        axis()
        marks()
    }

    private mutating func legend() {
        var x = Self.left
        let entries = timeline.versions.enumerated().map { ($0.element, Self.colour($0.offset)) }
        for (name, colour) in entries + [("nobody answers", Self.failingColour)] {
            lines.append(rectangle(x, 32, 10, 10, colour))
            text(x + 14, 41, name, "fill=\"#444\"")
            x += 30 + 6.5 * Double(name.count)
        }
    }

    private static func colour(_ index: Int) -> String { colours[index % colours.count] }

    private mutating func stack(
        _ area: (top: Double, bottom: Double), of whole: Double, _ values: (RolloutTimeline.Moment) -> [Double]
    ) {
        for (moment, duration) in timeline.spans {
            let x = position(moment.at)
            let width = max(0.5, position(moment.at + duration) - x)
            var y = area.bottom
            for (index, value) in values(moment).enumerated() where value > 0 {
                let height = value / whole * (area.bottom - area.top)
                y -= height
                let isFailing = index == timeline.versions.count
                lines.append(rectangle(x, y, width, height, isFailing ? Self.failingColour : Self.colour(index)))
            }
        }
    }

    private mutating func frame(_ area: (top: Double, bottom: Double), _ name: String, _ most: String) {
        let height = area.bottom - area.top
        lines.append(
            "<rect x=\"\(TimelineText.number(Self.left))\" y=\"\(TimelineText.number(area.top))\" "
                + "width=\"\(TimelineText.number(Self.right - Self.left))\" height=\"\(TimelineText.number(height))\" "
                + "fill=\"none\" stroke=\"#999\"/>")
        text(Self.left - 6, area.top + 10, most, "text-anchor=\"end\" fill=\"#666\"")
        text(Self.left - 6, area.bottom, "0", "text-anchor=\"end\" fill=\"#666\"")
        text(Self.left - 6, (area.top + area.bottom) / 2, name, "text-anchor=\"end\" fill=\"#444\"")
    }

    private mutating func axis() {
        let seconds = max(1, timeline.length.inSeconds)
        let steps = [1.0, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400]
        let step = steps.first { seconds / $0 <= 12 } ?? 86_400 * (seconds / 86_400 / 12).rounded(.up)
        var at = 0.0
        while at <= seconds {
            let x = TimelineText.number(position(.microseconds(Int64(at * 1e6))))
            lines.append(
                "<line x1=\"\(x)\" y1=\"\(TimelineText.number(Self.pods.bottom))\" x2=\"\(x)\" "
                    + "y2=\"\(TimelineText.number(Self.pods.bottom + 5))\" stroke=\"#999\"/>")
            lines.append(
                "<text x=\"\(x)\" y=\"\(TimelineText.number(Self.pods.bottom + 18))\" text-anchor=\"middle\" "
                    + "fill=\"#666\">\(TimelineText.clock(.microseconds(Int64(at * 1e6))))</text>")
            at += step
        }
    }

    private mutating func marks() {
        for (index, mark) in timeline.marks.prefix(Self.marksMax).enumerated() {
            let x = position(mark.at)
            let colour = mark.isBad ? Self.failingColour : "#222"
            let top = TimelineText.number(Self.traffic.top)
            lines.append(
                "<line x1=\"\(TimelineText.number(x))\" y1=\"\(top)\" x2=\"\(TimelineText.number(x))\" "
                    + "y2=\"\(TimelineText.number(Self.pods.bottom))\" stroke=\"\(colour)\" stroke-dasharray=\"2 3\"/>")
            let row = Double(index % 2) * 11
            text(x, Self.traffic.bottom + 14 + row, "\(index + 1)", "text-anchor=\"middle\" fill=\"\(colour)\"")
            let y = Self.listTop + Double(index) * Self.lineHeight
            text(Self.left, y, "\(index + 1)", "text-anchor=\"end\" fill=\"\(colour)\"")
            text(Self.left + 60, y, TimelineText.clock(mark.at), "text-anchor=\"end\" fill=\"#666\"")
            text(Self.left + 72, y, mark.text, "fill=\"\(colour)\"")
        }
        guard timeline.marks.count > Self.marksMax else { return }
        let y = Self.listTop + Double(Self.marksMax) * Self.lineHeight
        text(Self.left + 72, y, "and \(timeline.marks.count - Self.marksMax) more", "fill=\"#666\"")
    }

    private func position(_ at: Duration) -> Double {
        let whole = max(0.001, timeline.length.inSeconds)
        return Self.left + min(1, at.inSeconds / whole) * (Self.right - Self.left)
    }

    private func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: String) -> String {
        "<rect x=\"\(TimelineText.number(x))\" y=\"\(TimelineText.number(y))\" width=\"\(TimelineText.number(width))\" "
            + "height=\"\(TimelineText.number(height))\" fill=\"\(colour)\" shape-rendering=\"crispEdges\"/>"
    }

    private mutating func text(_ x: Double, _ y: Double, _ value: String, _ style: String) {
        lines.append(
            "<text x=\"\(TimelineText.number(x))\" y=\"\(TimelineText.number(y))\" \(style)>"
                + "\(TimelineText.escaped(value))</text>")
    }
}

/// How times, numbers and texts stand in a drawing.
enum TimelineText {
    /// `0:05`, `12:30`, `1:00:00`.
    static func clock(_ duration: Duration) -> String {
        let seconds = max(0, Int(duration.inSeconds.rounded(.down)))
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = seconds / 60 % 60
        guard seconds >= 3_600 else { return "\(minutes):\(padded(seconds % 60))" }
        return "\(seconds / 3_600):\(padded(minutes)):\(padded(seconds % 60))"
    }

    /// Tenths are enough for points.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
