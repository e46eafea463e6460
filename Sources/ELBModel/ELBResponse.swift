/// The result of a call; several operations share a shape.
package enum ELBResponse: Equatable, Sendable {
    /// DescribeLoadBalancers, CreateLoadBalancer.
    case loadBalancers([LoadBalancer], nextMarker: String?)
    /// DescribeListeners, CreateListener, ModifyListener.
    case listeners([Listener], nextMarker: String?)
    /// DescribeRules, CreateRule, ModifyRule, SetRulePriorities.
    case rules([Rule], nextMarker: String?)
    /// DescribeTargetGroups, CreateTargetGroup, ModifyTargetGroup.
    case targetGroups([TargetGroup], nextMarker: String?)
    /// DescribeTargetHealth.
    case targetHealth([TargetHealthDescription])
    /// DescribeTags.
    case tags([TagDescription])
    /// Describe and Modify of attributes: always the whole list.
    case attributes([Attribute])
    /// DescribeAccountLimits.
    case accountLimits([AccountLimit], nextMarker: String?)
    /// DescribeListenerCertificates, AddListenerCertificates.
    case certificates([Certificate], nextMarker: String?)
    /// DescribeSSLPolicies.
    case sslPolicies([SSLPolicy], nextMarker: String?)
    /// SetSecurityGroups.
    case securityGroups([String])
    /// SetSubnets.
    case availabilityZones([AvailabilityZone], IPAddressType?)
    /// SetIpAddressType.
    case ipAddressType(IPAddressType)
    /// Operations without a result: deletes, RegisterTargets, DeregisterTargets, AddTags, RemoveTags.
    case done
}

extension ELBResponse {
    /// The content of the result element.
    package var wireFields: [WireField] {
        switch self {
        case .loadBalancers(let items, let marker): Self.page("LoadBalancers", items, marker)
        case .listeners(let items, let marker): Self.page("Listeners", items, marker)
        case .rules(let items, let marker): Self.page("Rules", items, marker)
        case .targetGroups(let items, let marker): Self.page("TargetGroups", items, marker)
        case .targetHealth(let items): Self.page("TargetHealthDescriptions", items, nil)
        case .tags(let items): Self.page("TagDescriptions", items, nil)
        case .attributes(let items): Self.page("Attributes", items, nil)
        case .accountLimits(let items, let marker): Self.page("Limits", items, marker)
        case .certificates(let items, let marker): Self.page("Certificates", items, marker)
        case .sslPolicies(let items, let marker): Self.page("SslPolicies", items, marker)
        case .securityGroups(let ids): [WireField("SecurityGroupIds", .list(ids.map { .text($0) }))]
        case .availabilityZones(let zones, let type):
            Self.page("AvailabilityZones", zones, nil)
                + (type.map { [WireField("IpAddressType", .text($0.rawValue))] } ?? [])
        case .ipAddressType(let type): [WireField("IpAddressType", .text(type.rawValue))]
        case .done: []
        }
    }

    /// Reads the content of the result element of an operation.
    package init(operation: String, wireFields fields: [WireField]) throws(ELBFailure) {
        switch operation {
        case "DescribeLoadBalancers", "CreateLoadBalancer":
            let page: Page<LoadBalancer> = try Self.read("LoadBalancers", fields)
            self = .loadBalancers(page.items, nextMarker: page.marker)
        case "DescribeListeners", "CreateListener", "ModifyListener":
            let page: Page<Listener> = try Self.read("Listeners", fields)
            self = .listeners(page.items, nextMarker: page.marker)
        case "DescribeRules", "CreateRule", "ModifyRule", "SetRulePriorities":
            let page: Page<Rule> = try Self.read("Rules", fields)
            self = .rules(page.items, nextMarker: page.marker)
        case "DescribeTargetGroups", "CreateTargetGroup", "ModifyTargetGroup":
            let page: Page<TargetGroup> = try Self.read("TargetGroups", fields)
            self = .targetGroups(page.items, nextMarker: page.marker)
        case "DescribeTargetHealth":
            self = .targetHealth(try Self.read("TargetHealthDescriptions", fields).items)
        case "DescribeTags":
            self = .tags(try Self.read("TagDescriptions", fields).items)
        case "DescribeAccountLimits":
            let page: Page<AccountLimit> = try Self.read("Limits", fields)
            self = .accountLimits(page.items, nextMarker: page.marker)
        case "DescribeListenerCertificates", "AddListenerCertificates":
            let page: Page<Certificate> = try Self.read("Certificates", fields)
            self = .certificates(page.items, nextMarker: page.marker)
        case "DescribeSSLPolicies":
            let page: Page<SSLPolicy> = try Self.read("SslPolicies", fields)
            self = .sslPolicies(page.items, nextMarker: page.marker)
        default:
            self = try Self.readOther(operation, fields)
        }
    }

    private static func readOther(_ operation: String, _ fields: [WireField]) throws(ELBFailure) -> ELBResponse {
        var mapper = WireMapper(reading: fields, path: operation)
        var type: IPAddressType?
        mapper.field("IpAddressType", &type)
        switch operation {
        case "SetSecurityGroups":
            var ids: [String] = []
            mapper.field("SecurityGroupIds", &ids)
            if let failure = mapper.failure { throw failure }
            return .securityGroups(ids)
        case "SetSubnets":
            return .availabilityZones(try read("AvailabilityZones", fields).items, type)
        case "SetIpAddressType":
            return .ipAddressType(type ?? .ipv4)
        case _ where operation.hasSuffix("Attributes"):
            return .attributes(try read("Attributes", fields).items)
        default:
            return .done
        }
    }

    private struct Page<Item: WireStructure> {
        var items: [Item]
        var marker: String?
    }

    private static func page(_ name: String, _ items: [some WireStructure], _ marker: String?) -> [WireField] {
        let list = WireField(name, .list(items.map { .structure($0.wireFields) }))
        guard let marker else { return [list] }
        return [list, WireField("NextMarker", .text(marker))]
    }

    private static func read<Item>(_ name: String, _ fields: [WireField]) throws(ELBFailure) -> Page<Item> {
        var mapper = WireMapper(reading: fields, path: "")
        var page = Page<Item>(items: [], marker: nil)
        mapper.field(name, &page.items)
        mapper.field("NextMarker", &page.marker)
        if let failure = mapper.failure { throw failure }
        if page.marker?.isEmpty == true { page.marker = nil }
        return page
    }
}
