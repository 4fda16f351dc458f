// gen -i IF -n COUNT -l LEN -m sendmmsg|send|tx2|tx3|stamp|gso -r PPS(0=flat) -b BATCH -c CPU -q(qdisc bypass)
// gso: -b frames (at most 128) in one send, which the kernel cuts apart: UDP over IPv4 for another station. Needs
// "ip link set IF gso_max_size 400"; what is smaller than that goes out frame by frame, for a veth would hand it on as one.
#include "common.h"
#include <linux/virtio_net.h>
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
static void mkframe(uint8_t*f,int len,uint32_t seq){
  static const uint8_t h[14]={0x01,0x80,0xc2,0,0,0x0e,2,0,0,0,0,1,0x88,0xb5};
  memcpy(f,h,14);memcpy(f+14,&seq,4);}
int main(int c,char**v){
  char*ifn="va",*mode="sendmmsg";long n=100000;int len=64,batch=64,cp=-1,qb=0,o;double rate=0;
  while((o=getopt(c,v,"i:n:l:m:r:b:c:q"))>0)switch(o){case'i':ifn=optarg;break;case'n':n=atol(optarg);break;case'l':len=atoi(optarg);break;case'm':mode=optarg;break;case'r':rate=atof(optarg);break;case'b':batch=atoi(optarg);break;case'c':cp=atoi(optarg);break;case'q':qb=1;}
  pin(cp);
  long sent=0,again=0;double t0,t1,u0,s0,u1,s1;
  int fd=socket(AF_PACKET,SOCK_RAW,0);if(fd<0)DIE("socket");
  int one=1;if(qb&&setsockopt(fd,SOL_PACKET,PACKET_QDISC_BYPASS,&one,sizeof one))DIE("qb");
  struct sockaddr_ll a={.sll_family=AF_PACKET,.sll_ifindex=if_nametoindex(ifn)};
  uint8_t*ring=0;int fsz=2048,nf=4096;
  if(!strncmp(mode,"tx",2)){
    int ver=mode[2]=='3'?TPACKET_V3:TPACKET_V2;if(setsockopt(fd,SOL_PACKET,PACKET_VERSION,&ver,sizeof ver))DIE("ver");
    if(len>2048-64)fsz=16384;
    struct tpacket_req3 r={.tp_block_size=1<<18,.tp_block_nr=nf*fsz>>18,.tp_frame_size=fsz,.tp_frame_nr=nf};
    if(setsockopt(fd,SOL_PACKET,PACKET_TX_RING,&r,ver==TPACKET_V3?sizeof(struct tpacket_req3):sizeof(struct tpacket_req)))DIE("tx_ring");
    ring=mmap(0,(size_t)nf*fsz,PROT_READ|PROT_WRITE,MAP_SHARED,fd,0);if(ring==MAP_FAILED)DIE("mmap");
  }
  if(bind(fd,(void*)&a,sizeof a))DIE("bind");
  cpu(&u0,&s0);t0=now();
  if(ring){ int v3=mode[2]=='3';long head=0;
    int off=v3?TPACKET_ALIGN(sizeof(struct tpacket3_hdr)):TPACKET_ALIGN(sizeof(struct tpacket2_hdr));
    while(sent<n){
      int b=0;
      for(;b<batch&&sent+b<n;b++){
        uint8_t*h=ring+(size_t)(head%nf)*fsz;
        volatile uint32_t*st=v3?&((struct tpacket3_hdr*)h)->tp_status:&((struct tpacket2_hdr*)h)->tp_status;
        uint32_t s=__atomic_load_n(st,__ATOMIC_ACQUIRE);
        if(s!=TP_STATUS_AVAILABLE&&!(s&TP_STATUS_WRONG_FORMAT))break;
        mkframe(h+off,len,sent+b);
        if(v3){((struct tpacket3_hdr*)h)->tp_len=len;((struct tpacket3_hdr*)h)->tp_next_offset=0;}else ((struct tpacket2_hdr*)h)->tp_len=len;
        __atomic_store_n(st,TP_STATUS_SEND_REQUEST,__ATOMIC_RELEASE);head++;
      }
      if(send(fd,0,0,0)<0){again++;}
      sent+=b;
      if(rate>0){while(now()-t0<sent/rate);}
    }
  } else if(!strcmp(mode,"stamp")){ // one frame per 1/rate s, CLOCK_MONOTONIC at 18, sleeping between
    uint8_t f[16384];memset(f,0,sizeof f);
    while(sent<n){mkframe(f,len,sent);struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);uint64_t ns=t.tv_sec*1000000000ull+t.tv_nsec;memcpy(f+18,&ns,8);if(send(fd,f,len,0)<0)again++;sent++;usleep(1e6/rate);}
  } else if(!strcmp(mode,"gso")){
    if(setsockopt(fd,SOL_PACKET,PACKET_VNET_HDR,&one,sizeof one))DIE("vnet");
    if(len<46||batch>128){fprintf(stderr,"gso: -l from 46, -b to 128\n");exit(1);}
    int part=len-42;uint8_t*f=calloc(1,65536+64);struct virtio_net_hdr*h=(void*)f;uint8_t*e=f+sizeof*h,*ip=e+14;
    while(sent<n){int b=n-sent<batch?n-sent:batch;if(b*part>65535-28)b=(65535-28)/part;if(b*part<400)b=1;
      int whole=b*part;mkframe(e,len,0);e[0]=2;e[12]=8;e[13]=0;
      uint16_t total=htons(28+whole),ulen=htons(8+whole),port=htons(4000);
      memcpy(ip,"\x45\0\0\0\0\0\x40\0\x40\x11\0\0\x0a\0\0\1\xe0\0\0\1",20);memcpy(ip+2,&total,2);
      uint32_t c=0;for(int i=0;i<20;i+=2)c+=ip[i]<<8|ip[i+1];c=(c>>16)+(c&0xffff);c+=c>>16;c=~c&0xffff;ip[10]=c>>8;ip[11]=c;
      memcpy(ip+20,&port,2);memcpy(ip+22,&port,2);memcpy(ip+24,&ulen,2);
      uint32_t p=17+8+whole;for(int i=12;i<20;i+=2)p+=ip[i]<<8|ip[i+1];p=(p>>16)+(p&0xffff);p+=p>>16;ip[26]=p>>8;ip[27]=p;
      for(int i=0;i<b;i++){uint32_t q=sent+i;memcpy(ip+28+i*part,&q,4);}
      memset(h,0,sizeof*h);h->flags=VIRTIO_NET_HDR_F_NEEDS_CSUM;h->csum_start=34;h->csum_offset=6;
      if(b>1){h->gso_type=VIRTIO_NET_HDR_GSO_UDP_L4;h->gso_size=part;h->hdr_len=42;}
      if(send(fd,f,sizeof*h+42+whole,0)<0){again++;if(errno!=ENOBUFS&&errno!=EAGAIN)DIE("send");continue;}
      sent+=b;if(rate>0)while(now()-t0<sent/rate);}
  } else if(!strcmp(mode,"send")){
    uint8_t f[16384];memset(f,0,sizeof f);
    while(sent<n){mkframe(f,len,sent);if(send(fd,f,len,0)<0){again++;continue;}sent++;if(rate>0)while(now()-t0<sent/rate);}
  } else {
    struct mmsghdr*m=calloc(batch,sizeof*m);struct iovec*io=calloc(batch,sizeof*io);uint8_t*buf=calloc(batch,16384);
    for(int i=0;i<batch;i++){io[i].iov_base=buf+i*16384;io[i].iov_len=len;m[i].msg_hdr.msg_iov=io+i;m[i].msg_hdr.msg_iovlen=1;}
    while(sent<n){int b=n-sent<batch?n-sent:batch;
      for(int i=0;i<b;i++)mkframe(buf+i*16384,len,sent+i);
      int r=sendmmsg(fd,m,b,0);if(r<0){again++;if(errno!=ENOBUFS&&errno!=EAGAIN)DIE("sendmmsg");continue;}sent+=r;
      if(rate>0)while(now()-t0<sent/rate);}
  }
  t1=now();cpu(&u1,&s1);
  printf("TX c-%s%s len=%d sent=%ld sec=%.3f pps=%.0f cpu_ns/frame=%.0f (user %.0f sys %.0f) retries=%ld\n",mode,qb?"-qb":"",len,sent,t1-t0,sent/(t1-t0),(u1-u0+s1-s0)*1e9/sent,(u1-u0)*1e9/sent,(s1-s0)*1e9/sent,again);
}
