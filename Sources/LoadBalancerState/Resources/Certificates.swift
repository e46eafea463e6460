import ELBModel

/// Certificates of HTTPS listeners and the TLS policies that they can have.
extension LoadBalancerState {
    mutating func addListenerCertificates(_ call: ELBRequest.ListenerCertificates) throws(ELBFailure) -> ELBResponse {
        var record = try listener(call.arn)
        let arn = try certificate(of: call)
        guard record.listener.protocol == .https else {
            throw .validation("Certificates can only be specified for HTTPS listeners")
        }
        guard arn.hasPrefix("arn:"), arn.contains(":certificate/") || arn.contains(":server-certificate/") else {
            throw ELBFailure(.certificateNotFound, "Certificate ARN '\(arn)' is not valid")
        }
        if !known(record).contains(arn) {
            let owner = record.listener.loadBalancerARN
            let count = listeners.ordered.filter { $0.listener.loadBalancerARN == owner }
                .reduce(0) { $0 + $1.certificates.count }
            guard count < configuration.quotas.certificatesPerLoadBalancer else {
                let quota = configuration.quotas.certificatesPerLoadBalancer
                throw ELBFailure(.tooManyCertificates, "The maximum number of certificates '\(quota)' has been reached")
            }
            record.certificates.append(arn)
            listeners[call.arn] = record
        }
        return .certificates(
            [Certificate(arn: arn, isDefault: record.listener.certificates.first?.arn == arn)], nextMarker: nil)
    }

    mutating func removeListenerCertificates(
        _ call: ELBRequest.ListenerCertificates
    ) throws(ELBFailure) -> ELBResponse {
        let record = try listener(call.arn)
        let arn = try certificate(of: call)
        guard record.listener.certificates.first?.arn != arn else {
            throw ELBFailure(.operationNotPermitted, "Default certificate '\(arn)' cannot be removed")
        }
        listeners[call.arn]?.certificates.removeAll { $0 == arn }
        return .done
    }

    func describeListenerCertificates(
        _ call: ELBRequest.DescribeListenerCertificates
    ) throws(ELBFailure) -> ELBResponse {
        let record = try listener(call.arn)
        let items = known(record).enumerated().map { index, arn in
            let isDefault = record.listener.certificates.first?.arn == arn
            return (position: index, item: Certificate(arn: arn, isDefault: isDefault))
        }
        let page = try Paging.page(
            items, operation: "DescribeListenerCertificates", marker: call.marker, size: call.pageSize,
            sizeMax: configuration.quotas.pageSizeMax)
        return .certificates(page.items, nextMarker: page.nextMarker)
    }

    func describeSSLPolicies(_ call: ELBRequest.DescribeSSLPolicies) throws(ELBFailure) -> ELBResponse {
        if let missing = call.names.first(where: { name in !Self.policies.contains { $0.name == name } }) {
            throw ELBFailure(.sslPolicyNotFound, "SSL policy '\(missing)' not found")
        }
        let shown = Self.policies.enumerated()
            .filter { call.names.isEmpty || call.names.contains($0.element.name) }
            .map { (position: $0.offset, item: $0.element) }
        let page = try Paging.page(
            shown, operation: "DescribeSSLPolicies", marker: call.marker, size: call.pageSize,
            sizeMax: configuration.quotas.pageSizeMax)
        return .sslPolicies(page.items, nextMarker: page.nextMarker)
    }

    /// Source: Application Load Balancer user guide, security policies; the ones in most use.
    private static let policies = [
        SSLPolicy(name: "ELBSecurityPolicy-2016-08", protocols: ["TLSv1", "TLSv1.1", "TLSv1.2"]),
        SSLPolicy(name: "ELBSecurityPolicy-TLS-1-1-2017-01", protocols: ["TLSv1.1", "TLSv1.2"]),
        SSLPolicy(name: "ELBSecurityPolicy-TLS-1-2-2017-01", protocols: ["TLSv1.2"]),
        SSLPolicy(name: "ELBSecurityPolicy-FS-1-2-Res-2020-10", protocols: ["TLSv1.2"]),
        SSLPolicy(name: "ELBSecurityPolicy-TLS13-1-2-2021-06", protocols: ["TLSv1.2", "TLSv1.3"]),
        SSLPolicy(name: "ELBSecurityPolicy-TLS13-1-3-2021-06", protocols: ["TLSv1.3"]),
    ]

    private func known(_ record: ListenerRecord) -> [String] {
        record.listener.certificates.map(\.arn) + record.certificates
    }

    private func certificate(of call: ELBRequest.ListenerCertificates) throws(ELBFailure) -> String {
        guard call.certificates.count == 1, let certificate = call.certificates.first else {
            throw .validation("You must specify exactly one certificate, got '\(call.certificates.count)'")
        }
        return certificate.arn
    }
}
