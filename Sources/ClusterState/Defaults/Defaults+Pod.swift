import JSON

extension Defaults {
    static func pod(_ document: inout JSONValue) {
        document.change("spec") { spec in
            podSpec(&spec)
            spec.fill("enableServiceLinks", true)
            for field in ["containers", "initContainers"] {
                spec.changeEach(field, requestsFromLimits)
                if spec["hostNetwork"] == true { spec.changeEach(field, hostPorts) }
            }
        }
    }

    static func podTemplate(_ template: inout JSONValue) {
        var metadata = template["metadata"] ?? [:]
        metadata.fill("creationTimestamp", nil)
        template["metadata"] = metadata
        template.change("spec", podSpec)
    }

    private static func podSpec(_ spec: inout JSONValue) {
        spec.fill("restartPolicy", "Always")
        spec.fill("terminationGracePeriodSeconds", 30)
        spec.fill("dnsPolicy", "ClusterFirst")
        spec.fill("securityContext", [:])
        spec.fill("schedulerName", "default-scheduler")
        if let account = spec["serviceAccountName"] ?? spec["serviceAccount"] {
            spec["serviceAccountName"] = account
            spec["serviceAccount"] = account
        }
        for field in ["containers", "initContainers", "ephemeralContainers"] {
            spec.changeEach(field, container)
        }
        spec.changeEach("volumes", volume)
    }

    private static func container(_ container: inout JSONValue) {
        container.fill("resources", [:])
        container.fill("terminationMessagePath", "/dev/termination-log")
        container.fill("terminationMessagePolicy", "File")
        container.fill("imagePullPolicy", hasMovingTag(container.text("image")) ? "Always" : "IfNotPresent")
        container.changeEach("ports") { $0.fill("protocol", "TCP") }
        container.changeEach("env") { variable in
            if variable["value"] == "" { variable["value"] = nil }
            variable.change("valueFrom") { $0.change("fieldRef") { $0.fill("apiVersion", "v1") } }
            variable.change("valueFrom") { $0.change("resourceFieldRef") { $0.fill("divisor", "0") } }
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            container.change(probe, self.probe)
        }
        container.change("lifecycle") { lifecycle in
            for hook in ["postStart", "preStop"] {
                lifecycle.change(hook) { $0.change("httpGet", httpGet) }
            }
        }
    }

    private static func probe(_ probe: inout JSONValue) {
        probe.fill("timeoutSeconds", 1)
        probe.fill("periodSeconds", 10)
        probe.fill("successThreshold", 1)
        probe.fill("failureThreshold", 3)
        probe.change("httpGet", httpGet)
        probe.change("grpc") { $0.fill("service", "") }
    }

    private static func httpGet(_ action: inout JSONValue) {
        if action.text("path").isEmpty { action["path"] = "/" }
        action.fill("scheme", "HTTP")
    }

    /// On a node's own network a port is the node's, too.
    private static func hostPorts(_ container: inout JSONValue) {
        container.changeEach("ports") { port in
            if let number = port["containerPort"] { port.fill("hostPort", number) }
        }
    }

    /// Whether the image may change under its name: it has no tag and no digest, or the tag `latest`.
    private static func hasMovingTag(_ image: String) -> Bool {
        let parts = image.utf8.split(separator: UInt8(ascii: "@"), maxSplits: 1)
        let last = parts.first?.split(separator: UInt8(ascii: "/")).last ?? ""[...].utf8
        let colon = last.lastIndex(of: UInt8(ascii: ":"))
        guard parts.count == 1 || colon != nil else { return false }
        guard let colon else { return true }
        return last[last.index(after: colon)...].elementsEqual("latest".utf8)
    }

    private static func requestsFromLimits(_ container: inout JSONValue) {
        container.change("resources") { resources in
            guard let limits = resources["limits"]?.objectValue else { return }
            var requests = resources["requests"] ?? [:]
            for (name, value) in limits {
                requests.fill(name, value)
            }
            resources["requests"] = requests
        }
    }

    private static func volume(_ volume: inout JSONValue) {
        if volume.objectValue?.count == 1 { volume["emptyDir"] = [:] }
        for source in ["secret", "configMap", "downwardAPI", "projected"] {
            volume.change(source) { $0.fill("defaultMode", 420) }
        }
        volume.change("downwardAPI") { $0.changeEach("items", downwardItem) }
        volume.change("hostPath") { $0.fill("type", "") }
        volume.change("projected") { projected in
            projected.changeEach("sources") { source in
                source.change("serviceAccountToken") { $0.fill("expirationSeconds", 3600) }
                source.change("downwardAPI") { $0.changeEach("items", downwardItem) }
            }
        }
    }

    private static func downwardItem(_ item: inout JSONValue) {
        item.change("fieldRef") { $0.fill("apiVersion", "v1") }
    }
}
