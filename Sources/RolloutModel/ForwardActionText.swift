import JSON

/// The weighted forward action of an Ingress annotation `actions.<service>`.
package struct ForwardActionText: Hashable, Sendable {
    /// One destination.
    package struct Destination: Hashable, Sendable {
        package var serviceName: String
        package var servicePort: Int
        /// 0...100.
        package var weight: Int

        package init(serviceName: String, servicePort: Int, weight: Int) {
            self.serviceName = serviceName
            self.servicePort = servicePort
            self.weight = weight
        }
    }

    /// Canary first, stable last.
    package var destinations: [Destination]
    /// `nil` when stickiness is off.
    package var stickinessSeconds: Int?

    package init(destinations: [Destination], stickinessSeconds: Int? = nil) {
        self.destinations = destinations
        self.stickinessSeconds = stickinessSeconds
    }

    /// The annotation's value, to the byte what Argo Rollouts writes.
    package var text: String {
        let groups = destinations.map { destination in
            var fields: [(key: String, value: String)] = []
            if !destination.serviceName.isEmpty {
                fields.append(("ServiceName", GoJSON.quoted(destination.serviceName)))
            }
            fields.append(("ServicePort", GoJSON.quoted("\(destination.servicePort)")))
            fields.append(("Weight", "\(destination.weight)"))
            return GoJSON.object(fields)
        }
        var config: [(key: String, value: String)] = [("TargetGroups", GoJSON.array(groups))]
        if let stickinessSeconds {
            config.append(
                (
                    "TargetGroupStickinessConfig",
                    GoJSON.object([("Enabled", "true"), ("DurationSeconds", "\(stickinessSeconds)")])
                ))
        }
        return GoJSON.object([("Type", "\"forward\""), ("ForwardConfig", GoJSON.object(config))])
    }

    /// The weight this action gives a service; `nil` when it does not name it.
    package func weight(of service: String) -> Int? {
        destinations.first { $0.serviceName == service }?.weight
    }
}

extension ForwardActionText {
    /// Reads an annotation; keys in any case, as the load balancer controller reads them. `nil` when it is not a
    /// forward action over services.
    package init?(parsing text: String) {
        guard let document = try? JSONValue(parsing: text), let config = Self.field("forwardConfig", of: document),
            let groups = Self.field("targetGroups", of: config)?.arrayValue
        else { return nil }
        destinations = []
        for group in groups {
            guard let name = Self.field("serviceName", of: group)?.stringValue else { return nil }
            let port = Self.field("servicePort", of: group)
            destinations.append(
                Destination(
                    serviceName: name, servicePort: port?.intValue ?? port?.stringValue.flatMap { Int($0) } ?? 0,
                    weight: Self.field("weight", of: group)?.intValue ?? 1))
        }
        if let sticky = Self.field("targetGroupStickinessConfig", of: config),
            Self.field("enabled", of: sticky)?.boolValue ?? false
        {
            stickinessSeconds = Self.field("durationSeconds", of: sticky)?.intValue
        }
    }

    private static func field(_ name: String, of value: JSONValue) -> JSONValue? {
        let wanted = name.lowercased()
        return value.objectValue?.first { $0.key == name || $0.key.lowercased() == wanted }?.value
    }
}
