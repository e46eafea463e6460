package import ELBModel
package import KubernetesModel
package import RequestRouting

/// From the control plane to the nodes.
extension LoadBalancerState {
    /// What a node of a load balancer knows at `now`, which may not be earlier than the latest time seen.
    ///
    /// - Returns: `nil` for an unknown or deleted load balancer, and before the first view has arrived.
    package func dataPlane(of arn: LoadBalancerARN, node: Int, now: Timestamp) -> DataPlaneConfiguration? {
        guard let record = loadBalancers[arn], record.nodes.indices.contains(node) else { return nil }
        return record.nodes[node].view(at: now)
    }

    /// Grows whenever something may have changed about what nodes know or are about to know.
    package var viewGeneration: Int { loadBalancers.revision }

    /// Sends changed views to the nodes; unchanged ones are not sent.
    mutating func publish() {
        for arn in unpublished.sorted() {
            guard let record = loadBalancers[arn], record.loadBalancer.state.code == .active else { continue }
            var view = makeView(of: record)
            guard view != record.published else { continue }
            loadBalancers[arn]?.published = view
            lastVersion += 1
            view.version = lastVersion
            let zones = record.loadBalancer.availabilityZones.map(\.zoneName)
            for node in record.nodes.indices {
                view.zone = zones.isEmpty ? nil : zones[node % zones.count]
                let arrival = clock.advanced(by: drawPropagationDelay())
                loadBalancers[arn]?.nodes[node].send(view, arrival: arrival)
            }
        }
        unpublished = []
    }

    /// When a view arrives next at any node.
    package func nextViewChange(after time: Timestamp) -> Timestamp? {
        loadBalancers.ordered.flatMap(\.nodes).compactMap { $0.nextArrival(after: time) }.min()
    }

    /// Forgets views that later ones have replaced.
    mutating func dropSupersededViews() {
        for arn in loadBalancers.keys {
            guard loadBalancers[arn]?.nodes.contains(where: { $0.isUnsettled(at: clock) }) ?? false else { continue }
            for node in 0..<(loadBalancers[arn]?.nodes.count ?? 0) { loadBalancers[arn]?.nodes[node].settle(at: clock) }
        }
    }

    private mutating func drawPropagationDelay() -> Duration {
        let range = configuration.propagationDelay
        let bounds = range.lowerBound.wholeMicroseconds...range.upperBound.wholeMicroseconds
        return .microseconds(Int64.random(in: bounds, using: &generator))
    }

    private func makeView(of record: LoadBalancerRecord) -> DataPlaneConfiguration {
        let arn = record.loadBalancer.arn
        let owned = listeners.ordered.filter { $0.listener.loadBalancerARN == arn }
        let served = owned.map { owner in
            ListenerConfiguration(
                arn: owner.listener.arn, port: owner.listener.port ?? 0, protocol: owner.listener.protocol ?? .http,
                rules: owner.rules)
        }
        var groups: [TargetGroupARN: TargetGroupConfiguration] = [:]
        for (group, user) in associations where user == arn {
            groups[group] = targetGroups[group].map(makeView)
        }
        return DataPlaneConfiguration(
            version: 0, loadBalancer: arn, dnsName: record.loadBalancer.dnsName, settings: settings(of: record),
            listeners: served.sorted { $0.port < $1.port }, targetGroups: groups)
    }

    private func settings(of record: LoadBalancerRecord) -> DataPlaneSettings {
        let values = record.attributes
        var settings = DataPlaneSettings()
        settings.idleTimeoutSeconds = values["idle_timeout.timeout_seconds"].flatMap { Int($0) } ?? 60
        settings.clientKeepAliveSeconds = values["client_keep_alive.seconds"].flatMap { Int($0) } ?? 3600
        settings.forwardedFor =
            values["routing.http.xff_header_processing.mode"].flatMap { ForwardedForMode(rawValue: $0) } ?? .append
        settings.forwardedForHasPort = values["routing.http.xff_client_port.enabled"] == "true"
        settings.preservesHost = values["routing.http.preserve_host_header.enabled"] == "true"
        settings.dropsInvalidHeaders = values["routing.http.drop_invalid_header_fields.enabled"] == "true"
        settings.choices = configuration.choices
        return settings
    }

    private func makeView(of record: TargetGroupRecord) -> TargetGroupConfiguration {
        let routing = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"
        var stickiness = TargetStickiness.off
        if attribute("stickiness.enabled", of: record) == "true" {
            let type = attribute("stickiness.type", of: record)
            let seconds = Int(attribute("stickiness.\(type).duration_seconds", of: record)) ?? 86400
            let name = attribute("stickiness.app_cookie.cookie_name", of: record)
            stickiness =
                type == "app_cookie"
                ? .applicationCookie(name: name, durationSeconds: seconds) : .balancerCookie(durationSeconds: seconds)
        }
        var view = TargetGroupConfiguration(
            arn: record.targetGroup.arn, protocol: record.targetGroup.protocol ?? .http,
            protocolVersion: record.targetGroup.protocolVersion ?? .http1,
            algorithm: BalancingAlgorithm(rawValue: attribute("load_balancing.algorithm.type", of: record))
                ?? .roundRobin,
            stickiness: stickiness, healthyCountMin: Int(attribute("\(routing).count", of: record)) ?? 1,
            healthyPercentMin: Int(attribute("\(routing).percentage", of: record)),
            targets: record.targets.ordered.compactMap { target in
                Self.routableState(target.phase).map { state in
                    RoutableTarget(
                        target.address, state, slowStartSince: target.slowStartSince?.secondsSinceEpoch,
                        zone: target.availabilityZone == "all" ? nil : target.availabilityZone)
                }
            })
        view.slowStartSeconds = Int(attribute("slow_start.duration_seconds", of: record)) ?? 0
        view.isZonal = attribute("load_balancing.cross_zone.enabled", of: record) == "false"
        return view
    }

    private static func routableState(_ phase: TargetPhase) -> RoutableTarget.State? {
        switch phase {
        case .unused: nil
        case .registering, .checking: .initial
        case .healthy: .healthy
        case .unhealthy: .unhealthy
        case .draining: .draining
        }
    }
}
