import JSON

/// Translates Events between their core form, in which they are stored, and the `events.k8s.io` form.
///
/// Source: the conversion functions of the `events.k8s.io/v1` API.
enum EventConversion {
    /// Core name, `events.k8s.io` name.
    private static let renamed = [
        ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ]

    static func modern(_ event: JSONValue) -> JSONValue {
        var result = event
        for (core, modern) in renamed {
            result[core] = nil
            result[modern] = event[core]
        }
        result["apiVersion"] = "events.k8s.io/v1"
        return result
    }

    static func core(_ event: JSONValue) -> JSONValue {
        var result = event
        for (core, modern) in renamed {
            result[modern] = nil
            result[core] = event[modern]
        }
        result["apiVersion"] = "v1"
        return result
    }
}
