extension TypeCatalog {
    /// The types of a pod's status, in the notation of `TypeCatalog`.
    ///
    /// Source: the field lists of the Kubernetes OpenAPI document, release 1.31.
    static let podStatusText = """
        ContainerState = running:ContainerStateRunning terminated:ContainerStateTerminated
            waiting:ContainerStateWaiting
        ContainerStateRunning = startedAt:t
        ContainerStateTerminated = containerID:s exitCode:i finishedAt:t message:s reason:s signal:i
            startedAt:t
        ContainerStateWaiting = message:s reason:s
        ContainerStatus = allocatedResources:{q} allocatedResourcesStatus:[ResourceStatus] containerID:s
            image:s imageID:s lastState:ContainerState name:s ready:b resources:ResourceRequirements
            restartCount:i started:b state:ContainerState user:ContainerUser
            volumeMounts:[VolumeMountStatus]/mountPath
        ContainerUser = linux:LinuxContainerUser
        HostIP = ip:s
        LinuxContainerUser = gid:i supplementalGroups:[l] uid:i
        PodCondition = lastProbeTime:t lastTransitionTime:t message:s reason:s status:s type:s
        PodIP = ip:s
        PodResourceClaimStatus = name:s resourceClaimName:s
        PodStatus = conditions:[PodCondition]/type containerStatuses:[ContainerStatus]
            ephemeralContainerStatuses:[ContainerStatus] hostIP:s hostIPs:[HostIP]/ip
            initContainerStatuses:[ContainerStatus] message:s nominatedNodeName:s phase:s podIP:s
            podIPs:[PodIP]/ip qosClass:s reason:s resize:s resourceClaimStatuses:[PodResourceClaimStatus]
            startTime:t
        ResourceHealth = health:s resourceID:s
        ResourceStatus = name:s resources:[ResourceHealth]
        VolumeMountStatus = mountPath:s name:s readOnly:b recursiveReadOnly:s
        """
}
